namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>The conventions that apply to every process in a container.</summary>
internal static class ContainerImages
{
    /// <summary>The port a process listens on in its container: that of .NET's base images.</summary>
    public const int Port = 8080;

    /// <summary>The user of .NET's base images, as a number: from a name, Kubernetes can't verify that the user is not root.</summary>
    public const int User = 1654;

    /// <summary>The image's repository. Each project file gives the SDK the same name as <c>ContainerRepository</c>.</summary>
    public static string Repository(ProjectResource project) => $"marios-pizzeria/{project.Name}";

    /// <summary>
    /// Whether our processes read a variable. For each reference Aspire also writes variables in the style of other languages
    /// (<c>REDIS_HOST</c>, <c>MENU_HTTP</c>).
    /// </summary>
    public static bool IsOurs(AspireManifest manifest, string variable) =>
        !(variable.Split('_') is [var owner, { Length: > 0 }, ..] && manifest.Resources.ContainsKey(owner.ToLowerInvariant()));
}
