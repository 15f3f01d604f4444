using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>The product's own artifact, published once for all tests that use it.</summary>
public sealed class PublishedProduct : IAsyncLifetime
{
    public const string Version = "9.8.7";

    // Publishing takes one to three minutes beside other tests.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<string>> Published = new(PublishAsync);

    /// <summary>The root of the repository that contains these tests.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder with the artifact's content.</summary>
    public string Folder { get; private set; } = "";

    internal static AspireManifest Manifest { get; } = AspireManifest.Read(Path.Combine(Root, AspireManifest.FileName));

    public async Task InitializeAsync() => Folder = await Published.Value;

    /// <summary>Does nothing, because another class may still use the folder; it is deleted at the end of the test run.</summary>
    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<string> PublishAsync()
    {
        var state = Directory.CreateTempSubdirectory("published-state-").FullName;
        using var deadline = new CancellationTokenSource(Deadline);
        var folder = await new Builds(Root, new StateFolder(state)).PublishAsync(Manifest, Version, deadline.Token);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            Directory.Delete(folder, recursive: true);
            Directory.Delete(state, recursive: true);
        };
        return folder;
    }

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "MariosPizzeria.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository.");
    }
}
