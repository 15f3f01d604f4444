using System.Diagnostics;
using MariosPizzeria.BuildingBlocks.Admin;
using MariosPizzeria.BuildingBlocks.Caching;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// An interactive C# prompt with the application's services. Without <c>--write</c> it runs in a separate process, whose only secrets are a
/// read-only user of the database and one of Redis: the servers enforce that it cannot write.
/// </summary>
internal sealed class ShellCommand(IServiceProvider provider, IDocumentDatabase database, RedisReadOnlyUser? redis = null) : AdminCommand
{
    private const string Session = "--session";
    private const string Writing = "--write";
    private const string Database = "ConnectionStrings__orderdb";
    private const string Cache = "ConnectionStrings__redis";
    private const string InMemory = "memory";

    // The only environment variables that a session inherits: no keys, no passwords, no servers except those that it reads from.
    private static readonly string[] Inherited =
    [
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_",
        "HOME",
        "LANG",
        "LC_",
        "LOG_LEVEL",
        "PATH",
        "TERM",
        "TMPDIR",
        "TZ",
        "services__",
    ];

    public override string Name => "shell";

    public override string Description => "opens a C# prompt with this service's services, read-only unless --write is given";

    public override async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        switch (args)
        {
            case [] when database is IReadOnlyAccess access:
                await using (var reader = await access.GrantAsync(cancellationToken))
                {
                    await using var cacheReader = redis is null ? null : await redis.GrantAsync(cancellationToken);
                    return await RunAsReaderAsync(reader, cacheReader);
                }

            // An in-memory database is not shared with other processes.
            case [] when database.Kind == InMemory:
            case [Writing]:
                return await PromptAsync("write> ", cancellationToken);
            case [Session]:
                return await PromptAsync("> ", cancellationToken);
            case []:
                await Console.Error.WriteLineAsync($"This {database.Kind} database has no read-only access: use shell {Writing}.");
                return 1;
            default:
                await Console.Error.WriteLineAsync($"Usage: shell [{Writing}]");
                return 1;
        }
    }

    /// <summary>Starts this program again, with read-only users of the database and of Redis.</summary>
    private static async Task<int> RunAsReaderAsync(ReadOnlyGrant reader, ReadOnlyGrant? cacheReader)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add("shell");
        start.ArgumentList.Add(Session);
        foreach (var name in start.Environment.Keys.Where(name => !IsInherited(name)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment[Database] = reader.ConnectionString;
        if (cacheReader is not null)
        {
            start.Environment[Cache] = cacheReader.ConnectionString;
        }

        // Not cancelled: the session handles Ctrl-C, and the read-only user is removed after the session has ended.
        using var session = Process.Start(start)!;
        await session.WaitForExitAsync(CancellationToken.None);
        return session.ExitCode;
    }

    private static bool IsInherited(string name) =>
        Array.Exists(Inherited, each => each.EndsWith('_') ? name.StartsWith(each, StringComparison.Ordinal) : name == each);

    private async Task<int> PromptAsync(string prompt, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync("C# with Orders, Payments, Accounts, Get<T>() and Stop; exit ends it.");
        try
        {
            await new CSharpPrompt(Console.In, Console.Out, prompt).RunAsync(new(provider, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C.
        }

        return 0;
    }
}
