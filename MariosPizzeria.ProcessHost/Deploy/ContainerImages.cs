using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>What is the same wherever a process runs in a container.</summary>
internal static class ContainerImages
{
    /// <summary>The port a process listens on in its container: that of .NET's base images.</summary>
    public const int Port = 8080;

    /// <summary>The user of .NET's base images, as a number, for Kubernetes cannot tell from a name that it is not root.</summary>
    public const int User = 1654;

    /// <summary>The image's repository. Each project file gives the SDK the same name as <c>ContainerRepository</c>.</summary>
    public static string Repository(ProjectResource project) => $"marios-pizzeria/{project.Name}";

    /// <summary>
    /// Whether a variable is one that our processes read. With each reference Aspire also writes it in the way other languages like
    /// (<c>REDIS_HOST</c>, <c>MENU_HTTP</c>).
    /// </summary>
    public static bool IsOurs(AspireManifest manifest, string variable) =>
        !(variable.Split('_') is [var owner, { Length: > 0 }, ..] && manifest.Resources.ContainsKey(owner.ToLowerInvariant()));
}
