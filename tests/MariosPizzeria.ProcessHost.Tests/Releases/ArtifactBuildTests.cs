using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

public sealed class ArtifactBuildTests : IDisposable
{
    private readonly Store _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_failing_test_fails_the_build_and_leaves_no_artifact()
    {
        var fault = await Should.ThrowAsync<PizzeriaException>(() => BuildAsync("1.0.0", failedTests: 1));

        fault.Message.ShouldBe("Version 1.0.0 is not built: a test fails.");
        Directory.Exists(_store.Folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Sources_that_change_while_their_tests_run_are_not_built()
    {
        var fault = await Should.ThrowAsync<PizzeriaException>(() =>
            BuildAsync("1.0.0", failedTests: 0, () => File.WriteAllText(Path.Combine(_store.Root, "Oven.cs"), "hot"))
        );

        fault.Message.ShouldContain("sources changed while their tests ran");
    }

    [Fact]
    public async Task A_version_that_was_built_is_refused_before_any_test_runs()
    {
        _store.Build("1.0.0");
        var ran = false;

        await Should.ThrowAsync<PizzeriaException>(() => BuildAsync("1.0.0", failedTests: 0, () => ran = true));

        ran.ShouldBeFalse();
    }

    private Task<string> BuildAsync(string version, int failedTests, Action? whileTesting = null)
    {
        var state = new StateFolder(Path.Combine(_store.Root, ".pizzeria"));
        return new ArtifactBuild(new Builds(_store.Root, state), _store.Releases).RunAsync(
            version,
            () =>
            {
                whileTesting?.Invoke();
                return Task.FromResult(failedTests);
            },
            AspireManifest.Parse("""{ "resources": {} }"""),
            _ => { },
            Eventually.Soon
        );
    }
}
