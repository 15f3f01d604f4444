namespace MariosPizzeria.ProcessHost.Tests.Releases;

public sealed class SecretScanTests
{
    // Concatenated from two halves, so that the scan does not find them in this file.
    public static TheoryData<string> Secrets =>
        [
            "-----BEGIN RSA " + "PRIVATE KEY-----",
            "AKIA" + "QWERTYUIOPASDFGH",
            "ghp_" + "0123456789abcdefghijklmnopqrstuvwxyz",
            "JWT_SECRET_KEY=" + "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
            "\"password\": \"" + "correct7horse8battery9staple\"",
        ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_found(string text) => SecretScan.Find($"before\n{text}\nafter").ShouldNotBeEmpty();

    [Fact]
    public void No_file_of_the_repository_holds_one()
    {
        string[] files = [.. Files(new DirectoryInfo(PublishedProduct.Root))];

        files.Length.ShouldBeGreaterThan(200);
        files
            .SelectMany(file =>
                SecretScan.Find(File.ReadAllText(file)).Select(found => $"{Path.GetRelativePath(PublishedProduct.Root, file)}: {found}")
            )
            .ShouldBeEmpty();
        File.ReadAllLines(Path.Combine(PublishedProduct.Root, ".gitignore")).ShouldContain(".env", "a developer's own settings stay there");
    }

    /// <summary>Returns the files that are or would be committed, without lock files, which consist of hashes.</summary>
    private static IEnumerable<string> Files(DirectoryInfo folder)
    {
        string[] ignored = [".git", ".pizzeria", ".vs", ".idea", "artifacts", "bin", "obj", "releases", "TestResults"];
        return folder
            .EnumerateFiles()
            .Where(file => file.Name is not (".env" or ".git" or "packages.lock.json"))
            .Select(file => file.FullName)
            .Concat(folder.EnumerateDirectories().Where(below => !ignored.Contains(below.Name)).SelectMany(Files));
    }
}
