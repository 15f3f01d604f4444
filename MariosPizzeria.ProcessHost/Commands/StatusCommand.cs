using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Hosting;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria status [--json]</c></summary>
internal static class StatusCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // for a terminal, not for HTML
    };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        var command = new Command("status", "Processes and servers: pid, address, state, since, restarts.") { json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(json), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(bool json, CancellationToken cancellation)
    {
        var state = Checkout.Find().State;
        using var host = await ControlClient.ConnectAsync(state, cancellation);
        var answer = host is null ? null : await ControlClient.AskAsync(host, new HostRequest("status"), null, cancellation);
        var status = answer?.Status ?? SystemStatus.NothingRuns;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(status, Json));
        }
        else if (host is null && new ProcessRegistry(state).Living() is { Count: > 0 } orphans)
        {
            Console.WriteLine($"The host was killed; these go on without it: {string.Join(", ", orphans.Select(o => o.Name))}.");
            Console.WriteLine("./pizzeria up starts anew, ./pizzeria down ends them.");
        }
        else
        {
            StatusTable.Write(status);
        }

        return 0;
    }
}
