using System.Text.Json.Serialization;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>What <c>releases/{version}-{environment}/manifest.json</c> says: an artifact joined with an environment's configuration.</summary>
internal sealed record ReleaseManifest
{
    /// <summary>The artifact's version.</summary>
    [JsonPropertyName("version")]
    public required string Version { get; init; }

    /// <summary>The folder under <c>deploy/</c>: development, staging or production.</summary>
    [JsonPropertyName("environment")]
    public required string Environment { get; init; }

    /// <summary>The artifact's file, beside this one.</summary>
    [JsonPropertyName("artifact")]
    public required string Artifact { get; init; }

    /// <summary>The artifact's SHA-256, hexadecimal: the same in every environment.</summary>
    [JsonPropertyName("artifact_sha256")]
    public required string ArtifactSha256 { get; init; }

    /// <summary>What differs from one environment to the next; never a secret.</summary>
    [JsonPropertyName("configuration")]
    public required EnvironmentConfiguration Configuration { get; init; }

    /// <summary>When the release was made, UTC.</summary>
    [JsonPropertyName("created_at")]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The release's name, and its folder's.</summary>
    [JsonIgnore]
    public string Name => $"{Version}-{Environment}";
}
