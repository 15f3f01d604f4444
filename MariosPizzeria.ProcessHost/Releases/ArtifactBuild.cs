using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Releases;

/// <summary>Turns sources whose tests passed into an artifact.</summary>
/// <param name="builds">Publishes.</param>
/// <param name="store">Keeps what comes of it.</param>
/// <param name="state">Remembers which sources passed their tests.</param>
internal sealed class ArtifactBuild(Builds builds, ReleaseStore store, StateFolder state)
{
    private string TestedFile => state.In("tested");

    /// <summary>Builds a version.</summary>
    /// <param name="version">Its name; each is built once.</param>
    /// <param name="test">Runs all tests, and says how many failed.</param>
    /// <param name="manifest">What is built.</param>
    /// <param name="report">Told what goes on.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The archive.</returns>
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
        if (File.Exists(TestedFile) && await File.ReadAllTextAsync(TestedFile, cancellation) == sources)
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

            NotePassed(sources);
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

    /// <summary>Remembers that all tests passed on these sources.</summary>
    public void NotePassed(string sources) => File.WriteAllText(TestedFile, sources);
}
