using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Releases;

namespace MariosPizzeria.ProcessHost.Tests.Releases;

/// <summary>A checkout with environments and a release store, and the content of an artifact without a build.</summary>
internal sealed class Store : IDisposable
{
    public Store()
    {
        Directory.CreateDirectory(Published);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "pizzeria-manifest.json"), Path.Combine(Root, AspireManifest.FileName));
        foreach (var (name, environment) in new[] { ("staging", "Staging"), ("production", "Production") })
        {
            Configure(name, $$"""{ "environment": "{{environment}}", "settings": { "LOG_LEVEL": "Warning" } }""");
        }

        Publish("processes/MariosPizzeria.OrderService/MariosPizzeria.OrderService.dll", "the order service");
        Publish("host/MariosPizzeria.ProcessHost.dll", "the host");
        Releases = new ReleaseStore(Folder);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("releases-").FullName;

    /// <summary>The folder that stands for published output.</summary>
    public string Published => Path.Combine(Root, "published");

    public string Folder => Path.Combine(Root, "releases");

    public ReleaseStore Releases { get; }

    public static DateTimeOffset Now { get; } = new(2026, 5, 1, 12, 0, 0, TimeSpan.FromHours(2));

    public void Publish(string path, string content)
    {
        var file = Path.Combine(Published, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public void Configure(string environment, string json)
    {
        Directory.CreateDirectory(Path.Combine(Root, "deploy", environment));
        File.WriteAllText(Path.Combine(Root, "deploy", environment, EnvironmentConfiguration.FileName), json);
    }

    /// <summary>Adds an artifact of a version.</summary>
    public string Build(string version) => Releases.AddArtifact(version, Published);

    /// <summary>Creates a release of a version that has an artifact.</summary>
    public Release Release(string version, string environment, int minutes = 0) =>
        Releases.Create(Root, version, environment, Now.AddMinutes(minutes));

    /// <summary>Changes one byte of a read-only file.</summary>
    public static void ChangeAByte(string file)
    {
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
