using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>The files under <c>deploy/</c> that say again what the manifest says, for tools that do not read it.</summary>
internal static class GeneratedFiles
{
    /// <summary>Each file's text, by its path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> Of(AspireManifest manifest, Scale scale) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["deploy/Procfile"] = PlainProcesses.Procfile(manifest),
            ["deploy/supervisord.conf"] = PlainProcesses.Supervisor(manifest, scale),
            ["deploy/compose.yaml"] = Compose.Production(manifest, scale),
            ["deploy/compose.development.yaml"] = Compose.Development(manifest),
            ["deploy/aspirate-manifest.json"] = AspirateManifest.Of(manifest),
        };
}
