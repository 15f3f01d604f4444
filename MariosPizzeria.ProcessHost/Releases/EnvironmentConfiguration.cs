using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>
/// <c>deploy/{environment}/configuration.json</c>: the settings that differ between environments. It contains no secrets: they are
/// given to a run from outside, or generated and stored on the machine where it runs.
/// </summary>
internal sealed partial record EnvironmentConfiguration
{
    public const string FileName = "configuration.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    // The host determines these settings for each replica, so a release must not set them.
    private static readonly string[] HostControlledSettings =
    [
        "PORT",
        "SERVER_HOST",
        "ASPNETCORE_URLS",
        "HTTP_PORTS",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
    ];

    /// <summary>The environment that the processes get: Development, Staging or Production.</summary>
    public required string Environment { get; init; }

    /// <summary>The number of replicas by process type; the default is 1.</summary>
    public Dictionary<string, int> Replicas { get; init; } = [];

    /// <summary>The variables of every process, with the names in docs/configuration.md.</summary>
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>The manifest's parameters that are not secrets: an SMTP host, the payment provider's address.</summary>
    public Dictionary<string, string> Parameters { get; init; } = [];

    /// <summary>Returns the names of the environments: the folders under <c>deploy/</c> that have a configuration.</summary>
    public static IReadOnlyList<string> Names(string root) =>
        [
            .. Files
                .FoldersIn(Path.Combine(root, "deploy"))
                .Where(folder => File.Exists(Path.Combine(folder, FileName)))
                .Select(folder => Path.GetFileName(folder))
                .Order(),
        ];

    /// <summary>Reads and checks an environment's configuration.</summary>
    /// <exception cref="PizzeriaException">The environment does not exist, or its configuration is wrong; every fault is named.</exception>
    public static EnvironmentConfiguration Read(string root, string name, AspireManifest manifest)
    {
        if (!Names(root).Contains(name))
        {
            throw new PizzeriaException($"There is no environment \"{name}\". There are: {string.Join(", ", Names(root))}.");
        }

        var file = Path.Combine("deploy", name, FileName);
        EnvironmentConfiguration configuration;
        try
        {
            configuration = JsonSerializer.Deserialize<EnvironmentConfiguration>(File.ReadAllText(Path.Combine(root, file)), Strict)!;
        }
        catch (JsonException e)
        {
            throw new PizzeriaException($"{file} cannot be read: {e.Message}", e);
        }

        var faults = configuration.FaultsFor(manifest).ToList();
        return faults.Count == 0 ? configuration : throw new PizzeriaException($"{file}: {string.Join("; ", faults)}.");
    }

    /// <summary>Whether a value is a secret, judged by its name or by its form; only the running system may know secrets.</summary>
    public static bool IsSecret(string name, string value) => SecretName().IsMatch(name) || Credentials().IsMatch(value);

    private IEnumerable<string> FaultsFor(AspireManifest manifest)
    {
        var processes = manifest.Projects.Select(project => project.Name).ToList();
        foreach (var (name, count) in Replicas)
        {
            if (!processes.Contains(name))
            {
                yield return $"replicas: there is no process type \"{name}\"";
            }
            else if (count is < 0 or > 32)
            {
                yield return $"replicas: {name} must be from 0 to 32";
            }
        }

        foreach (var (name, value) in Settings)
        {
            if (IsSecret(name, value))
            {
                yield return $"settings: {name} is a secret, which a release must not contain";
            }
            else if (HostControlledSettings.Contains(name) || name.StartsWith("services__"))
            {
                yield return $"settings: {name} is set by the host that runs the release";
            }
        }

        foreach (var (name, value) in Parameters)
        {
            if (manifest.Resources.GetValueOrDefault(name) is not ParameterResource parameter)
            {
                yield return $"parameters: the manifest has no \"{name}\"";
            }
            else if (parameter.Inputs.Values.Any(input => input.Secret) || IsSecret(name, value))
            {
                yield return $"parameters: {name} is a secret, which a release must not contain";
            }
        }
    }

    [GeneratedRegex(
        @"(PASSWORD|PASSWD|SECRET|TOKEN|_KEY$|API-?KEY|PRIVATE)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        Timeout.Infinite
    )]
    private static partial Regex SecretName();

    [GeneratedRegex(@"://[^/@\s:]+:[^/@\s]+@|\bpassword=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Credentials();
}
