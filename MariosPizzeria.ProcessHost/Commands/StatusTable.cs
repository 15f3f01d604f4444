using Spectre.Console;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary>Writes the status of the running system as a table.</summary>
internal static class StatusTable
{
    public static void Write(SystemStatus status)
    {
        if (status.Processes.Count == 0 && status.Servers.Count == 0)
        {
            Console.WriteLine(ControlClient.NothingRuns);
            return;
        }

        var table = CommandExtensions.NewTable("name", "pid", "address", "state", "since", "restarts");
        foreach (var p in status.Processes)
        {
            table.AddRow($"{p.Name}/{p.Replica}", Text(p.Pid), p.Url, StateOf(p.State, p.Ready), Ago(p.Since), Text(p.Restarts));
        }

        foreach (var s in status.Servers)
        {
            table.AddRow(s.Name, Text(s.Pid), s.Address, StateOf(s.State, s.Ready), Ago(s.Since), Text(s.Restarts));
        }

        CommandExtensions.Write(table);
        Console.WriteLine($"version {status.Version}, gateway {status.Gateway}, {(status.Ready ? "ready" : "not ready")}");
    }

    /// <summary>Writes the last lines of <c>up</c>: the status, the address, and the accounts to sign in with.</summary>
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

    private static string Text(int? value) => value?.ToString() ?? "-";

    private static string Ago(DateTimeOffset since)
    {
        var age = DateTimeOffset.UtcNow - since;
        return age.TotalSeconds < 90 ? $"{age.TotalSeconds:0} s ago"
            : age.TotalMinutes < 90 ? $"{age.TotalMinutes:0} min ago"
            : age.TotalHours < 36 ? $"{age.TotalHours:0} h ago"
            : since.UtcDateTime.ToString("yyyy-MM-dd HH:mm");
    }
}
