namespace MariosPizzeria.ProcessHost.Verification.Factors;

/// <summary>One artifact serves two environments, and is refused if a single byte of it differs.</summary>
internal sealed class BuildReleaseRun(RunningSystem subject) : Factor("V", "Build, release, run")
{
    public override async Task<string> VerifyAsync()
    {
        var folder = Directory.CreateTempSubdirectory("verify-releases-").FullName;
        try
        {
            var layout = Path.Combine(folder, "content");
            foreach (var project in subject.Manifest.Projects)
            {
                var launch = await subject.OneOffAsync(project.Name);
                Files.CopyFolder(launch.Folder, Path.Combine(layout, Artifact.ProcessesFolder, project.Assembly));
            }

            Files.CopyFolder(AppContext.BaseDirectory, Path.Combine(layout, Artifact.HostFolder));
            File.Copy(Path.Combine(subject.Checkout.Root, AspireManifest.FileName), Path.Combine(layout, AspireManifest.FileName));
            var store = new ReleaseStore(Path.Combine(folder, "releases"));
            store.AddArtifact("0.0.0", layout);
            var staging = store.Create(subject.Checkout.Root, "0.0.0", "staging", DateTimeOffset.UtcNow);
            var production = store.Create(subject.Checkout.Root, "0.0.0", "production", DateTimeOffset.UtcNow);
            Unless(
                staging.Manifest.ArtifactSha256 == production.Manifest.ArtifactSha256,
                "staging and production have different artifacts"
            );
            Refused(() => store.Create(subject.Checkout.Root, "0.0.0", "staging", DateTimeOffset.UtcNow), "a release was overwritten");
            _ = store.Open(production.Manifest.Name);
            var size = new FileInfo(production.Archive).Length;
            ChangeAByte(production.Archive);
            Refused(() => store.Open(production.Manifest.Name), "a release with an altered byte would be run");
            _ = store.Open(staging.Manifest.Name);
            return $"what runs, packed as one artifact of {size >> 20} MiB, released to staging and production with one SHA-256 ({staging.Manifest.ArtifactSha256[..12]}); a second release of it and one with an altered byte were refused";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Refused(Action act, string otherwise)
    {
        try
        {
            act();
        }
        catch (PizzeriaException)
        {
            return;
        }

        throw new VerificationException(otherwise);
    }

    private static void ChangeAByte(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Seek(stream.Length / 2, SeekOrigin.Begin);
        var value = stream.ReadByte();
        stream.Seek(-1, SeekOrigin.Current);
        stream.WriteByte((byte)(value ^ 1));
    }
}
