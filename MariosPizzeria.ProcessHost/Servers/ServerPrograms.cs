namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>The kinds of server that can be started here.</summary>
public enum ServerKind
{
    Redis,
    RabbitMq,
    Postgres,
    Mongo,
}

/// <summary>The paths of the servers' programs on this machine; null for programs that are not installed.</summary>
internal static class ServerPrograms
{
    public static string? Redis => OnPath("redis-server") ?? OnPath("valkey-server");

    // On Debian the script in PATH is a wrapper that changes the user; the script under /usr/lib is the server.
    public static string? RabbitMq => Existing("/usr/lib/rabbitmq/bin/rabbitmq-server") ?? OnPath("rabbitmq-server");

    public static string? RabbitMqControl => Existing("/usr/lib/rabbitmq/bin/rabbitmqctl") ?? OnPath("rabbitmqctl");

    public static string? Epmd => OnPath("epmd");

    /// <summary>Chooses the processors a program may use; part of Linux' util-linux.</summary>
    public static string? Taskset => OnPath("taskset");

    public static string? Mongo => OnPath("mongod");

    /// <summary>The folder that holds initdb, postgres and psql.</summary>
    /// <param name="major">The version that created the data; null for the newest.</param>
    public static string? Postgres(string? major = null)
    {
        string[] folders =
        [
            .. Versions("/usr/lib/postgresql", "*", "bin"),
            .. Versions("/usr", "pgsql-*", "bin"),
            .. Versions("/opt/homebrew/opt", "postgresql@*", "bin"),
            .. Versions("/usr/local/opt", "postgresql@*", "bin"),
            .. new[] { OnPath("initdb") is { } initdb ? Path.GetDirectoryName(initdb)! : "" }.Where(f => f.Length > 0),
        ];
        return folders
            .Where(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "psql")))
            .FirstOrDefault(f => major is null || MajorOf(Path.GetDirectoryName(f)!) is not { } version || version == major);
    }

    public static bool Has(ServerKind kind) =>
        kind switch
        {
            ServerKind.Redis => Redis is not null,
            ServerKind.RabbitMq => RabbitMq is not null && Epmd is not null,
            ServerKind.Postgres => Postgres() is not null,
            _ => Mongo is not null,
        };

    /// <summary>The program's full path, searched in PATH and in Debian's folders for system programs.</summary>
    public static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/sbin", "/usr/local/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private static string? Existing(string path) => File.Exists(path) ? path : null;

    private static IEnumerable<string> Versions(string folder, string pattern, string below) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateDirectories(folder, pattern)
                .OrderByDescending(f => int.TryParse(MajorOf(f), out var number) ? number : 0)
                .Select(f => Path.Combine(f, below))
            : [];

    private static string? MajorOf(string folder)
    {
        var digits = string.Concat(Path.GetFileName(folder).SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit));
        return digits.Length == 0 ? null : digits;
    }
}
