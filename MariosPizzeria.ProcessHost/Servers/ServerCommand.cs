using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Servers;

/// <summary>How a server's process is started. Its program execs whatever it starts, so that the pid is the server's.</summary>
/// <param name="Program">The full path.</param>
/// <param name="Arguments">None of them is secret: every user of the machine can read them.</param>
public sealed record ServerCommand(string Program, params IReadOnlyList<string> Arguments)
{
    /// <summary>Laid over the starter's environment.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <summary>The folder it starts in; null where it does not matter.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The user it runs as; null stays who the starter is.</summary>
    public string? RunAs { get; init; }

    /// <summary>Program and arguments for a starter that can't change the user itself.</summary>
    public IReadOnlyList<string> CommandLine => [.. Child.AsUser(RunAs), Program, .. Arguments];
}
