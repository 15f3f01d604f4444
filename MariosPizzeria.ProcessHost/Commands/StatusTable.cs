using System.Globalization;
using MariosPizzeria.ProcessHost.Hosting;
using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>The running system as a person reads it.</summary>
internal static class StatusTable
{
    public static void Write(SystemStatus status)
    {
        if (status.Processes.Count == 0 && status.Servers.Count == 0)
        {
            Console.WriteLine("Nothing is running. To start everything: ./pizzeria up");
            return;
        }

        var table = new Table { Border = TableBorder.Simple };
        table.AddColumns("name", "pid", "address", "state", "since", "restarts");
        foreach (var p in status.Processes)
        {
            table.AddRow(
                string.Create(CultureInfo.InvariantCulture, $"{p.Name}/{p.Replica}"),
                Text(p.Pid),
                p.Url,
                StateOf(p.State, p.Ready),
                Ago(p.Since),
                Text(p.Restarts)
            );
        }

        foreach (var s in status.Servers)
        {
            table.AddRow(s.Name, Text(s.Pid), s.Address, StateOf(s.State, s.Ready), Ago(s.Since), Text(s.Restarts));
        }

        if (Console.IsOutputRedirected)
        {
            // Nobody's window is narrow there, and an address broken in two can't be searched for.
            AnsiConsole.Profile.Width = 200;
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"version {status.Version}, gateway {status.Gateway}, {(status.Ready ? "ready" : "not ready")}");
    }

    /// <summary>What the end of <c>up</c> says: where it is, and as whom to sign in.</summary>
    public static void WriteWelcome(SystemStatus status, string? environment)
    {
        Write(status);
        Console.WriteLine();
        Console.WriteLine($"Mario's Pizzeria is open: {status.Gateway}");
        if (environment == "Development")
        {
            Console.WriteLine("Sign in as customer, chef, driver or manager; the password is test.");
        }
    }

    private static string StateOf(string state, bool ready) => state == "running" && !ready ? "not ready" : state;

    private static string Text(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Ago(DateTimeOffset since)
    {
        var age = DateTimeOffset.UtcNow - since;
        return age.TotalSeconds < 90 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalSeconds:0} s ago")
            : age.TotalMinutes < 90 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalMinutes:0} min ago")
            : age.TotalHours < 36 ? string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} h ago")
            : since.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
    }
}
