using System.Text.Encodings.Web;
using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

internal static class CommandExtensions
{
    /// <summary>The public port unless <c>--port</c> says otherwise.</summary>
    public const int UsualPort = 8000;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for HTML
    };

    public static Argument<T> Argument<T>(this Command command, string name, string description)
    {
        var argument = new Argument<T>(name) { Description = description };
        command.Add(argument);
        return argument;
    }

    public static Option<T> Option<T>(this Command command, string name, string description, params string[] aliases)
    {
        var option = new Option<T>(name, aliases) { Description = description };
        command.Add(option);
        return option;
    }

    public static Option<bool> JsonOption(this Command command) => command.Option<bool>("--json", "Print JSON, for programs.");

    public static Option<bool> DetachOption(this Command command) =>
        command.Option<bool>("--detach", "Return when all is ready; the system keeps running.", "-d");

    public static Option<int?> PortOption(this Command command)
    {
        var port = command.Option<int?>("--port", $"The gateway's port on 127.0.0.1 ({UsualPort}).");
        port.Validators.Add(given =>
        {
            if (given.Tokens is [var token] && !(ushort.TryParse(token.Value, out var number) && number > 0))
            {
                given.AddError($"--port {token.Value}: a port is a number from 1 to {ushort.MaxValue}.");
            }
        });
        return port;
    }

    /// <summary>Adds an option for a number with a minimum, and returns it.</summary>
    public static Option<T> NumberOption<T>(this Command command, string name, T otherwise, T least, string description)
        where T : IParsable<T>, IComparable<T>
    {
        var option = command.Option<T>(name, description);
        option.DefaultValueFactory = _ => otherwise;
        option.Validators.Add(given =>
        {
            if (
                given.Tokens is [{ Value: var text }]
                && T.TryParse(text, CultureInfo.InvariantCulture, out var value)
                && value.CompareTo(least) < 0
            )
            {
                given.AddError($"{name} {text}: it must be at least {least}.");
            }
        });
        return option;
    }

    /// <summary>Runs a command with its stdout redirected to stderr.</summary>
    public static async Task ToStandardErrorAsync(Func<Task> command)
    {
        var output = Console.Out;
        Console.SetOut(Console.Error);
        try
        {
            await command();
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    /// <summary>Disables the rate limits of systems that this process starts, where one customer orders as much as thousands do.</summary>
    public static void LiftRateLimits()
    {
        // Child processes inherit these variables.
        foreach (var limit in (string[])["OrdersPerUserPerMinute", "OrdersPerAddressPerMinute", "TokensPerAddressPerMinute"])
        {
            Environment.SetEnvironmentVariable($"RateLimits__{limit}", "0");
        }
    }

    public static void WriteJson<T>(T value) => Console.WriteLine(JsonSerializer.Serialize(value, Indented));

    public static Table NewTable(params string[] columns) => new Table { Border = TableBorder.Simple }.AddColumns(columns);

    public static void Write(Table table)
    {
        // Not AnsiConsole.Console: it keeps the output of its first use, and commands redirect Console.Out.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            // Redirected output has no window width, and an address that is wrapped can't be searched for.
            console.Profile.Width = 200;
        }

        console.Write(table);
    }
}
