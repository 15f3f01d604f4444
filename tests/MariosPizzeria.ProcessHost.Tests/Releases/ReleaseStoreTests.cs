using System.Text.Json;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

public sealed class ReleaseStoreTests : IDisposable
{
    private readonly Store _store = new();

    public void Dispose() => _store.Dispose();

    [Fact]
    public void A_release_joins_the_artifact_with_its_environments_configuration()
    {
        var archive = _store.Build("1.0.0");

        var release = _store.Release("1.0.0", "staging");

        release.Folder.ShouldBe(Path.Combine(_store.Folder, "1.0.0-staging"));
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(release.Folder, "manifest.json")));
        var root = manifest.RootElement;
        root.GetProperty("version").GetString().ShouldBe("1.0.0");
        root.GetProperty("environment").GetString().ShouldBe("staging");
        root.GetProperty("artifact").GetString().ShouldBe("marios-pizzeria-1.0.0.tar.gz");
        root.GetProperty("artifact_sha256").GetString().ShouldBe(Files.HashOf(archive));
        root.GetProperty("configuration").GetProperty("settings").GetProperty("LOG_LEVEL").GetString().ShouldBe("Warning");
        root.GetProperty("created_at").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        root.GetProperty("created_at").GetDateTimeOffset().ShouldBe(Store.Now);
    }

    [Fact]
    public void Staging_and_production_have_the_same_artifact()
    {
        _store.Build("1.0.0");

        var staging = _store.Release("1.0.0", "staging");
        var production = _store.Release("1.0.0", "production");

        production.Manifest.ArtifactSha256.ShouldBe(staging.Manifest.ArtifactSha256);
        File.ReadAllBytes(production.Archive).ShouldBe(File.ReadAllBytes(staging.Archive));
    }

    [Fact]
    public void A_release_and_a_version_are_never_made_twice()
    {
        _store.Build("1.0.0");
        var release = _store.Release("1.0.0", "staging");
        var before = File.ReadAllText(Path.Combine(release.Folder, "manifest.json"));

        Should.Throw<PizzeriaException>(() => _store.Release("1.0.0", "staging", minutes: 5)).Message.ShouldContain("never overwritten");
        Should.Throw<PizzeriaException>(() => _store.Build("1.0.0")).Message.ShouldContain("built already");

        File.ReadAllText(Path.Combine(release.Folder, "manifest.json")).ShouldBe(before);
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("marios-pizzeria-1.0.0.tar.gz")]
    [InlineData("SHA256SUMS")]
    public void A_release_is_refused_when_one_byte_of_it_differs(string part)
    {
        _store.Build("1.0.0");
        var release = _store.Release("1.0.0", "staging");
        _store.Releases.Open("1.0.0-staging");

        Store.ChangeAByte(Path.Combine(release.Folder, part));

        Should.Throw<PizzeriaException>(() => _store.Releases.Open("1.0.0-staging")).Message.ShouldContain("is not run");
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("marios-pizzeria-1.0.0.tar.gz")]
    [InlineData("SHA256SUMS")]
    public void A_release_is_refused_when_a_part_is_missing(string part)
    {
        _store.Build("1.0.0");
        var release = _store.Release("1.0.0", "staging");

        File.Delete(Path.Combine(release.Folder, part));

        Should.Throw<PizzeriaException>(() => _store.Releases.Open("1.0.0-staging")).Message.ShouldContain($"{part} is missing");
    }

    [Fact]
    public void A_release_is_refused_when_something_was_added_to_it()
    {
        _store.Build("1.0.0");
        var release = _store.Release("1.0.0", "staging");

        File.WriteAllText(Path.Combine(release.Folder, "hotfix.dll"), "");

        Should
            .Throw<PizzeriaException>(() => _store.Releases.Open("1.0.0-staging"))
            .Message.ShouldContain("hotfix.dll is not one of its files");
    }

    [Fact]
    public void Another_versions_artifact_under_a_releases_name_is_refused_even_with_fitting_sums()
    {
        _store.Build("1.0.0");
        var release = _store.Release("1.0.0", "staging");
        var manifest = Path.Combine(release.Folder, "manifest.json");
        Store.ChangeAByte(release.Archive);
        File.SetUnixFileMode(Path.Combine(release.Folder, "SHA256SUMS"), UnixFileMode.UserWrite | UnixFileMode.UserRead);
        File.WriteAllText(
            Path.Combine(release.Folder, "SHA256SUMS"),
            $"{Files.HashOf(release.Archive)}  {release.Manifest.Artifact}\n{Files.HashOf(manifest)}  manifest.json\n"
        );

        Should.Throw<PizzeriaException>(() => _store.Releases.Open("1.0.0-staging")).Message.ShouldContain("does not match this artifact");
    }

    [Fact]
    public void An_altered_artifact_is_not_released()
    {
        var archive = _store.Build("1.0.0");
        Store.ChangeAByte(archive);

        Should.Throw<PizzeriaException>(() => _store.Release("1.0.0", "staging")).Message.ShouldContain("was altered after the build");
        Directory.Exists(Path.Combine(_store.Folder, "1.0.0-staging")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{ "environment": "Staging", "settings": { "JWT_SECRET_KEY": "x" } }""", "JWT_SECRET_KEY is a secret")]
    [InlineData(
        """{ "environment": "Staging", "settings": { "ConnectionStrings__redis": "cache:6379,password=hunter2" } }""",
        "ConnectionStrings__redis is a secret"
    )]
    [InlineData("""{ "environment": "Staging", "parameters": { "payment-api-key": "x" } }""", "payment-api-key is a secret")]
    [InlineData("""{ "environment": "Staging", "parameters": { "oven": "hot" } }""", "the manifest has no \"oven\"")]
    [InlineData("""{ "environment": "Staging", "replicas": { "oven": 2 } }""", "there is no process type \"oven\"")]
    [InlineData("""{ "environment": "Staging", "settings": { "PORT": "80" } }""", "PORT is set by the host that runs the release")]
    [InlineData("""{ "environment": "Staging", "colour": "red" }""", "cannot be read")]
    public void A_configuration_that_holds_a_secret_or_nonsense_is_not_released(string json, string fault)
    {
        _store.Build("1.0.0");
        _store.Configure("staging", json);

        Should.Throw<PizzeriaException>(() => _store.Release("1.0.0", "staging")).Message.ShouldContain(fault);
    }

    [Theory]
    [InlineData("1.0.0", "moon", "There is no environment \"moon\"")]
    [InlineData("2.0.0", "staging", "Version 2.0.0 is not built")]
    [InlineData("../1.0.0", "staging", "is not a version")]
    public void What_cannot_be_released_is_named(string version, string environment, string message)
    {
        _store.Build("1.0.0");

        Should.Throw<PizzeriaException>(() => _store.Release(version, environment)).Message.ShouldContain(message);
    }

    [Fact]
    public void Going_back_goes_to_what_ran_before_and_then_further_back()
    {
        foreach (var version in new[] { "1.0.0", "1.1.0", "1.2.0" })
        {
            _store.Publish("processes/version", version);
            _store.Build(version);
            _store.Releases.MarkRun(_store.Release(version, "production").Manifest);
        }

        var first = _store.Releases.Previous("production");
        _store.Releases.MarkRolledBack(first.Manifest);
        var second = _store.Releases.Previous("production");
        _store.Releases.MarkRolledBack(second.Manifest);

        first.Manifest.Name.ShouldBe("1.1.0-production");
        second.Manifest.Name.ShouldBe("1.0.0-production");
        _store.Releases.Current("production").ShouldBe("1.0.0-production");
        Should.Throw<PizzeriaException>(() => _store.Releases.Previous("production")).Message.ShouldContain("nothing to go back to");
    }

    [Fact]
    public void Before_anything_ran_going_back_goes_to_the_release_made_before_the_newest()
    {
        _store.Build("1.0.0");
        _store.Release("1.0.0", "staging");
        _store.Publish("processes/version", "1.1.0");
        _store.Build("1.1.0");
        _store.Release("1.1.0", "staging", minutes: 1);
        _store.Release("1.1.0", "production", minutes: 2);

        _store.Releases.Previous("staging").Manifest.Name.ShouldBe("1.0.0-staging");
        Should.Throw<PizzeriaException>(() => _store.Releases.Previous("production"));
    }

    [Fact]
    public void An_altered_release_is_not_gone_back_to()
    {
        _store.Build("1.0.0");
        var old = _store.Release("1.0.0", "staging");
        _store.Publish("processes/version", "1.1.0");
        _store.Build("1.1.0");
        _store.Release("1.1.0", "staging", minutes: 1);

        Store.ChangeAByte(old.Archive);

        Should.Throw<PizzeriaException>(() => _store.Releases.Previous("staging")).Message.ShouldContain("is not run");
    }

    [Fact]
    public void Packing_the_same_files_twice_makes_the_same_bytes()
    {
        var first = _store.Build("1.0.0");
        foreach (var file in Directory.EnumerateFiles(_store.Published, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        var second = _store.Build("1.0.1");

        Files.HashOf(second).ShouldBe(Files.HashOf(first));
    }

    [Fact]
    public void What_was_unpacked_is_run_again_only_while_it_is_what_the_artifact_says()
    {
        var archive = _store.Build("1.0.0");
        var place = Path.Combine(_store.Root, "unpacked");
        Artifact.Unpack(archive, place);
        Artifact.Unpack(archive, place);

        File.AppendAllText(Path.Combine(place, "host", "MariosPizzeria.ProcessHost.dll"), "!");

        Should.Throw<PizzeriaException>(() => Artifact.Unpack(archive, place)).Message.ShouldContain("does not match the artifact");
    }
}
