using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MariosPizzeria.SystemTests.Pages;

/// <summary>A manager views the system page while part of the system fails.</summary>
[Collection(SystemCollection.Name)]
public sealed class SystemPageTests(PizzeriaSystem system, Browser browser)
{
    [Fact]
    public async Task A_process_that_is_killed_is_told_in_red_at_the_top_until_it_runs_again()
    {
        await system.UntilReadyAsync();
        var before = (await system.ReplicasAsync("scheduler")).Single(replica => replica.Number == 0);
        await using var visit = await browser.VisitAsync(system, "manager");
        await visit.GoAsync("/system");
        await visit.SeesAsync("#health", "All is well");
        foreach (var process in new[] { "menu/0", "order/3", "kitchen/1", "worker/1", "scheduler/1" })
        {
            await Assertions.Expect(Cell(visit, process, "State")).ToHaveTextAsync("running");
        }

        // The page's own request is counted, once the page is updated.
        await visit.SeesAsync("[data-process='gateway/0'] [data-label='95 of 100 requests within']", " ms");
        await visit.ShouldBeAccessibleEverywhereAsync();

        PizzeriaSystem.Kill(before.Pid);
        await visit.GoAsync("/system");

        // By this time the process may have restarted, without being connected yet.
        await Assertions
            .Expect(visit.Page.Locator("#health [data-down]").First)
            .ToContainTextAsync(new Regex(@"scheduler/0 does not run\.|needed by scheduler", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await visit.ShouldBeAccessibleEverywhereAsync();

        // The page updates without a reload.
        await Assertions.Expect(visit.Page.Locator("#health")).ToContainTextAsync("All is well", new() { Timeout = 90_000 });
        await Assertions
            .Expect(Cell(visit, "scheduler/0", "Restarts"))
            .ToHaveTextAsync((before.Restarts + 1).ToString(CultureInfo.InvariantCulture));
        await visit.Page.Locator("[data-process='scheduler/0'] a").ClickAsync();
        await visit.SeesAsync("h1", "Last log lines of scheduler/0");
        await visit.SeesAsync("#lines", "Application started");
        await visit.ShouldBeAccessibleEverywhereAsync();
        visit.ShouldBeWithoutComplaint();
    }

    [Fact]
    public async Task A_failed_message_is_told_with_what_and_why_and_is_sent_again()
    {
        const string Queue = "order-note-order-ready";
        await using var broker = await system.BrokerAsync();
        await broker.PublishAsync(
            Queue,
            """
            {"messageId":"0195d7a2-0000-7000-8000-00000000000a","messageType":["urn:message:MariosPizzeria.Contracts.V1:OrderReady"],
             "message":{"eventId":"0195d7a2-0000-7000-8000-00000000000a","orderId":"00000000000000000000000000000bad","chef":"chef-1",
             "occurredAt":"2026-11-29T20:00:00Z","cookingStartedAt":"2026-11-29T19:50:00Z"}}
            """
        );
        await UntilFailed();
        await using var visit = await browser.VisitAsync(system, "manager");
        await visit.GoAsync("/system");

        await visit.SeesAsync("#health", "1 message has failed.");
        var failed = visit.Page.Locator("[data-aside=order]");
        await Assertions.Expect(failed.Locator("h3")).ToHaveTextAsync("1 message that order could not handle");
        await Assertions.Expect(failed.Locator("h4")).ToContainTextAsync("Out of the oven");
        await Assertions.Expect(failed.Locator(".fault")).ToContainTextAsync("00000000000000000000000000000bad");
        await visit.ShouldBeAccessibleEverywhereAsync();
        await failed.Locator("summary.button").ClickAsync();
        await failed.GetByText("Yes, send again").ClickAsync();
        await visit.SeesAsync(".toast", "1 message of order is on its way again.");

        // The cause of the failure is unchanged.
        await UntilFailed();
        await broker.PurgeAsync($"{Queue}_error");
        await visit.GoAsync("/system");
        await visit.SeesAsync("main", "No message has failed.");
        visit.ShouldBeWithoutComplaint();

        Task UntilFailed() =>
            Eventually.HoldsAsync(async () => await broker.WaitingIfThereAsync($"{Queue}_error") == 1, "the message is dead-lettered");
    }

    private static ILocator Cell(Visit visit, string process, string column) =>
        visit.Page.Locator($"[data-process='{process}'] [data-label='{column}']");
}
