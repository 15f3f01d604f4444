using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>Messages are lost at the broker; every order goes on without an operator.</summary>
[Collection(SystemCollection.Name)]
public sealed class LostMessagesTests(PizzeriaSystem system)
{
    private const int Some = 4;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task After_queues_were_purged_every_order_is_confirmed_and_ticketed_and_collected_payments_are_kept_or_refunded_once()
    {
        using var customer = await Guest.SignIn(system, "customer");
        using var chef = await Guest.SignIn(system, "chef");
        await using var broker = await system.Broker();
        var refunds = await broker.Collect("MariosPizzeria.Contracts.V1:PaymentRefunded");

        // Each group loses one step: of the same order a second loss is told again two minutes later.
        IReadOnlyList<string> unheard,
            unticketed,
            collected,
            cancelled;
        await using (var cash = await broker.Redirect("worker-accept-cash"))
        await using (var cards = await broker.Redirect("worker-charge-card"))
        {
            unheard = await Place(customer, "cash");
            await cash.Purge(Some, Soon);
            await cards.Purge(Some, Soon);
        }

        await using (var confirmations = await broker.Redirect("kitchen-order-confirmed"))
        {
            unticketed = [.. await Place(customer, "cash"), .. await Place(customer, "credit_card")];
            await confirmations.Purge(2 * Some, Soon);
        }

        await using (var successes = await broker.Redirect("order-confirm-paid-order"))
        {
            collected = await Place(customer, "credit_card");
            cancelled = await Place(customer, "debit_card");
            await successes.Purge(2 * Some, Soon);
            foreach (var id in cancelled)
            {
                await customer.MustPost($"/api/orders/{id}/cancel", new { reason = "It took too long" });
            }
        }

        foreach (var id in (IEnumerable<string>)[.. unheard, .. unticketed, .. collected])
        {
            var order = await customer.UntilStatus(id, "confirmed", Deadline);
            PaymentStatus(order).ShouldBe(order.GetProperty("paymentMethod").GetString() == "cash" ? "cash_due" : "paid");
            await chef.UntilTicket(id, "queued", Deadline);
            (await Story(customer, id)).ShouldBe(["OrderPlaced", "PaymentRequested", "PaymentSucceeded", "OrderConfirmed"]);
        }

        foreach (var id in cancelled)
        {
            await Eventually.Gives(
                () => customer.Get($"/api/orders/{id}"),
                order => PaymentStatus(order) == "refunded",
                Deadline,
                $"the payment of {id} is refunded"
            );
            (await Story(customer, id)).Where(type => type == "PaymentRefunded").Count().ShouldBe(1);
        }

        (await broker.Waiting(refunds)).ShouldBe((uint)cancelled.Count, "each is refunded once");
        foreach (var id in (IEnumerable<string>)[.. unheard, .. unticketed, .. collected])
        {
            await customer.MustPost($"/api/orders/{id}/cancel", new { reason = "Only looking" });
        }
    }

    private static string? PaymentStatus(JsonElement order) => order.GetProperty("payment").GetProperty("status").GetString();

    private static async Task<IReadOnlyList<string>> Place(Guest customer, string payment)
    {
        var card = payment == "cash" ? null : "tok_ok";
        var placed = await Task.WhenAll(Enumerable.Range(0, Some).Select(_ => customer.MustPlace(Guest.AnOrder(payment, card))));
        return [.. placed.Select(order => order.GetProperty("id").GetString()!)];
    }

    private static async Task<IReadOnlyList<string>> Story(Guest customer, string id) =>
        [
            .. (await customer.Get($"/api/orders/{id}/timeline"))
                .GetProperty("events")
                .EnumerateArray()
                .Select(e => e.GetProperty("type").GetString()!),
        ];
}
