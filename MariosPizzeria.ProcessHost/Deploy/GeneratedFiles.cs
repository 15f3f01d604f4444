namespace MariosPizzeria.ProcessHost.Deploy;

/// <summary>The files under <c>deploy/</c> that are generated from the manifest for tools that do not read it.</summary>
internal static class GeneratedFiles
{
    /// <summary>Each file's text, by its path from the repository's root.</summary>
    public static IReadOnlyDictionary<string, string> Of(AspireManifest manifest, Scale scale) =>
        new Dictionary<string, string>()
        {
            ["deploy/Procfile"] = PlainProcesses.Procfile(manifest),
            ["deploy/supervisord.conf"] = PlainProcesses.Supervisor(manifest, scale),
            ["deploy/compose.yaml"] = new Compose(manifest, scale).Production(),
            ["deploy/compose.development.yaml"] = new Compose(manifest, scale).Development(),
            ["deploy/aspirate-manifest.json"] = AspirateManifest.Of(manifest),
        };
}
