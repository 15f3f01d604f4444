using System.Diagnostics;
using MariosPizzeria.ServiceDefaults.Admin;
using MariosPizzeria.ServiceDefaults.Caching;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.OrderService.Admin;

/// <summary>
/// An interactive C# prompt with the application's services. Unless writing is asked for, it runs in a process of its own that knows
/// no secret but a user of the database and one of Redis who may read: what it can't do, the servers do not let it.
/// </summary>
internal sealed class ShellCommand(IServiceProvider provider, IDocumentDatabase database, RedisReadOnlyUser? redis = null) : AdminCommand
{
    private const string Session = "--session";
    private const string Writing = "--write";
    private const string Database = "ConnectionStrings__orderdb";
    private const string Cache = "ConnectionStrings__redis";
    private const string InMemory = "memory";

    // All of its caller's environment that a session has: no key, no password, no server but those that it reads.
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

    public override string Description => "a C# prompt with this service's services, read-only; --write: not so";

    public override async Task<int> Run(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        switch (args)
        {
            case [] when database is IReadOnlyAccess access:
                await using (var reader = await access.Grant(cancellationToken))
                {
                    await using var cacheReader = redis is null ? null : await redis.Grant(cancellationToken);
                    return await RunAsReader(reader, cacheReader);
                }

            // What this process has in memory is nobody else's.
            case [] when database.Kind == InMemory:
            case [Writing]:
                return await Prompt("write> ", cancellationToken);
            case [Session]:
                return await Prompt("> ", cancellationToken);
            case []:
                await Console.Error.WriteLineAsync($"This {database.Kind} database has no reader's access; shell {Writing} can change it.");
                return 1;
            default:
                await Console.Error.WriteLineAsync($"Usage: shell [{Writing}]");
                return 1;
        }
    }

    /// <summary>The same program once more, with other users of the database and of Redis.</summary>
    private static async Task<int> RunAsReader(ReadOnlyGrant reader, ReadOnlyGrant? cacheReader)
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

        // Not to be cancelled: Ctrl-C is the session's, and the user goes when it has ended.
        using var session = Process.Start(start)!;
        await session.WaitForExitAsync(CancellationToken.None);
        return session.ExitCode;
    }

    private static bool IsInherited(string name) =>
        Array.Exists(Inherited, each => each.EndsWith('_') ? name.StartsWith(each, StringComparison.Ordinal) : name == each);

    private async Task<int> Prompt(string prompt, CancellationToken cancellationToken)
    {
        await Console.Out.WriteLineAsync("C# with Orders, Payments, Accounts, Get<T>() and Stop; exit ends it.");
        try
        {
            await new CSharpPrompt(Console.In, Console.Out, prompt).Run(new(provider, cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C.
        }

        return 0;
    }
}
