using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;
using MariosPizzeria.ProcessHost.Verification;

namespace MariosPizzeria.ProcessHost.Commands;

/// <summary><c>./pizzeria verify</c></summary>
internal static class VerifyCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "For programs." };
        var only = new Option<string?>("--only") { Description = "Some of the factors: I,V,IX." };
        var command = new Command("verify", "Proves the twelve factors on the running system, one row each. Exit 0 if all hold.")
        {
            json,
            only,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OwnProcesses.RunAsync(() => RunAsync(parsed.GetValue(json), Factors(parsed.GetValue(only)), cancellation))
        );
        return command;
    }

    /// <summary>Does something to the running system; where none runs, to one that is started for it and stopped after it.</summary>
    /// <exception cref="PizzeriaException">What runs is not Development's.</exception>
    public static async Task<T> OnRunningSystemAsync<T>(Func<Subject, Task<T>> act, Action<string> report, CancellationToken cancellation)
    {
        var checkout = Checkout.Find();
        using (var host = await ControlClient.ConnectAsync(checkout.State, cancellation))
        {
            if (host is not null)
            {
                if (StateFolder.Read<HostRecord>(checkout.State.HostRecord) is not { Environment: "Development" })
                {
                    throw new PizzeriaException(
                        "What runs here is not Development's: orders are placed and processes killed, so it is left alone."
                    );
                }

                return await ActAsync(checkout, act, tidy: true, cancellation);
            }
        }

        report("Nothing is running: starting a system for this.");
        return await OnSystemOfItsOwnAsync(checkout, ["order=4,gateway=2,worker=2"], fresh: false, act, cancellation);
    }

    /// <summary>Starts a Development system, does something to it, and stops it. stdout is left for what is found out.</summary>
    public static async Task<T> OnSystemOfItsOwnAsync<T>(
        Checkout checkout,
        string[] scale,
        bool fresh,
        Func<Subject, Task<T>> act,
        CancellationToken cancellation
    )
    {
        var wish = new UpCommand.UpOptions(true, scale, LoopbackPort.Free(), fresh, "Development", false);
        var output = Console.Out;
        Console.SetOut(Console.Error);
        try
        {
            await UpCommand.ApplyAsync(checkout, wish, cancellation);
            Console.SetOut(output);
            return await ActAsync(checkout, act, tidy: !fresh, cancellation);
        }
        finally
        {
            Console.SetOut(Console.Error);
            await DownCommand.RunAsync(checkout.State, CancellationToken.None);
            Console.SetOut(output);
        }
    }

    private static async Task<T> ActAsync<T>(Checkout checkout, Func<Subject, Task<T>> act, bool tidy, CancellationToken cancellation)
    {
        var port = StateFolder.Read<HostRecord>(checkout.State.HostRecord)!.Port;
        using var subject = new Subject(checkout, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
        var before = await subject.StatusAsync(cancellation);
        await subject.UntilReadyAsync(cancellation);
        await subject.SignInAsync("manager", cancellation);
        try
        {
            return await act(subject);
        }
        finally
        {
            // As it was found.
            var scale = before
                .Processes.GroupBy(p => p.Name, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            await subject.AskAsync(new HostRequest("up") { NoBuild = true, Scale = scale }, CancellationToken.None);
            if (tidy)
            {
                await subject.CancelOrdersAsync();
            }
        }
    }

    private static string[] Factors(string? only) =>
        only?.ToUpperInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static async Task<int> RunAsync(bool json, string[] only, CancellationToken cancellation)
    {
        var seen = await OnRunningSystemAsync(
            subject =>
            {
                var factors = new TwelveFactors(subject, AspireManifest.Read(subject.Checkout.ManifestPath));
                var unknown = only.Except(factors.All.Select(each => each.Number), StringComparer.Ordinal).ToList();
                return unknown.Count > 0
                    ? throw new PizzeriaException($"There is no factor {string.Join(", ", unknown)}: they are I to XII.")
                    : factors.ShowAsync(only, evidence => Write(evidence, json), cancellation);
            },
            message => (json ? Console.Error : Console.Out).WriteLine(message),
            cancellation
        );
        var holding = seen.Count(evidence => evidence.Holds);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(seen, Json));
        }
        else
        {
            Console.WriteLine($"{holding} of {seen.Count} factors hold.");
        }

        return holding == seen.Count ? 0 : 1;
    }

    private static void Write(Evidence evidence, bool json)
    {
        if (!json)
        {
            Console.WriteLine($"{(evidence.Holds ? "ok  " : "FAIL")}  {evidence.Factor, -4}  {evidence.Name, -19}  {evidence.Seen}");
        }
    }
}
