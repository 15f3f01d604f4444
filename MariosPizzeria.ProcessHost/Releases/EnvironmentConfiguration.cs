using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>
/// <c>deploy/{environment}/configuration.json</c>: what one environment has otherwise than the next. Secrets are none of it: they are
/// given to a run from outside, or generated and kept where it runs.
/// </summary>
internal sealed partial record EnvironmentConfiguration
{
    /// <summary>The file's name in an environment's folder.</summary>
    public const string FileName = "configuration.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    // What the host works out for each replica; a release that said otherwise would contradict it.
    private static readonly string[] DecidedByTheHost =
    [
        "PORT",
        "SERVER_HOST",
        "ASPNETCORE_URLS",
        "HTTP_PORTS",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
    ];

    /// <summary>Development, Staging or Production: what the processes are told.</summary>
    [JsonPropertyName("environment")]
    public required string Environment { get; init; }

    /// <summary>Replicas by process type; 1 where nothing is said.</summary>
    [JsonPropertyName("replicas")]
    public Dictionary<string, int> Replicas { get; init; } = [];

    /// <summary>Variables of every process, by the names of docs/configuration.md.</summary>
    [JsonPropertyName("settings")]
    public Dictionary<string, string> Settings { get; init; } = [];

    /// <summary>The manifest's parameters that are no secrets: an SMTP host, the payment provider's address.</summary>
    [JsonPropertyName("parameters")]
    public Dictionary<string, string> Parameters { get; init; } = [];

    /// <summary>The environments there are, by the folders under <c>deploy/</c>.</summary>
    public static IReadOnlyList<string> Names(string root)
    {
        var deploy = Path.Combine(root, "deploy");
        return Directory.Exists(deploy)
            ?
            [
                .. Directory
                    .EnumerateDirectories(deploy)
                    .Where(folder => File.Exists(Path.Combine(folder, FileName)))
                    .Select(folder => Path.GetFileName(folder))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
    }

    /// <summary>Reads and checks an environment's configuration.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="name">The environment.</param>
    /// <param name="manifest">What there is to configure.</param>
    /// <exception cref="PizzeriaException">There is no such environment, or its configuration is wrong; every fault is named.</exception>
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

    /// <summary>Whether a value looks like, or a name says that it is, something nobody but the running system may know.</summary>
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
                yield return $"settings: {name} is a secret, which a release never holds";
            }
            else if (DecidedByTheHost.Contains(name) || name.StartsWith("services__", StringComparison.Ordinal))
            {
                yield return $"settings: {name} is decided by what runs the release";
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
                yield return $"parameters: {name} is a secret, which a release never holds";
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
