namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>Builds an artifact from sources whose tests passed.</summary>
internal sealed class ArtifactBuild(Builds builds, ReleaseStore store)
{
    /// <summary>Builds a version, which must be new, and returns its archive.</summary>
    /// <param name="test">Runs all tests, and returns the number of failed tests.</param>
    /// <exception cref="PizzeriaException">A test failed, the version is built already, or the sources can't be built.</exception>
    public async Task<string> RunAsync(
        string version,
        Func<Task<int>> test,
        AspireManifest manifest,
        Action<string> report,
        CancellationToken cancellation
    )
    {
        store.CheckNotBuilt(version);
        var sources = builds.Sources();
        if (builds.AreTested(sources))
        {
            report("All tests have passed on exactly these sources: they are not run again.");
        }
        else
        {
            report("Running all tests: a version is built only from sources that pass them.");
            var failed = await test();
            if (failed > 0)
            {
                throw new PizzeriaException($"Version {version} is not built: {(failed == 1 ? "a test fails" : $"{failed} tests fail")}.");
            }

            if (builds.Sources() != sources)
            {
                throw new PizzeriaException($"Version {version} is not built: sources changed while their tests ran.");
            }

            builds.NoteTested(sources);
        }

        report("Publishing every process.");
        var published = await builds.PublishAsync(manifest, version, cancellation);
        try
        {
            return store.AddArtifact(version, published);
        }
        finally
        {
            Directory.Delete(published, recursive: true);
        }
    }
}
