using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>The content of <c>releases/{version}-{environment}/manifest.json</c>: an artifact and an environment's configuration.</summary>
internal sealed record ReleaseManifest
{
    public required string Version { get; init; }

    /// <summary>The folder under <c>deploy/</c>: development, staging or production.</summary>
    public required string Environment { get; init; }

    /// <summary>The name of the artifact's file, in the same folder.</summary>
    public required string Artifact { get; init; }

    /// <summary>The artifact's SHA-256, hexadecimal: the same in every environment.</summary>
    public required string ArtifactSha256 { get; init; }

    /// <summary>The settings that differ between environments; never a secret.</summary>
    public required EnvironmentConfiguration Configuration { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore]
    public string Name => $"{Version}-{Environment}";
}
