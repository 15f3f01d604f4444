using System.Text.Json;

namespace MariosPizzeria.SystemTests;

/// <summary>Messages are lost at the broker, and every order continues without an operator.</summary>
[Collection(SystemCollection.Name)]
public sealed class LostMessagesTests(PizzeriaSystem system)
{
    private const int Some = 4;

    [Fact]
    public async Task After_queues_were_purged_every_order_is_confirmed_and_ticketed_and_collected_payments_are_kept_or_refunded_once()
    {
        using var customer = await Guest.SignInAsync(system, "customer");
        using var chef = await Guest.SignInAsync(system, "chef");
        await using var broker = await system.BrokerAsync();
        var refunds = await broker.CollectAsync("MariosPizzeria.Contracts.V1:PaymentRefunded");

        // Each group loses one step, because a second lost message of the same order is sent again only two minutes later.
        IReadOnlyList<string> unticketed,
            collected,
            cancelled;
        await using (var confirmations = await broker.RedirectAsync("kitchen-order-confirmed"))
        {
            unticketed = [.. await PlaceAsync(customer, "cash"), .. await PlaceAsync(customer, "credit_card")];
            await confirmations.PurgeAsync(2 * Some);
        }

        await using (var successes = await broker.RedirectAsync("order-confirm-paid-order"))
        {
            collected = await PlaceAsync(customer, "credit_card");
            cancelled = await PlaceAsync(customer, "debit_card");
            await successes.PurgeAsync(2 * Some);
            foreach (var id in cancelled)
            {
                await customer.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "It took too long" });
            }
        }

        foreach (var id in (IEnumerable<string>)[.. unticketed, .. collected])
        {
            var order = await customer.UntilStatusAsync(id, "confirmed");
            var isCash = order.GetProperty("paymentMethod").GetString() == "cash";
            PaymentStatus(order).ShouldBe(isCash ? "cash_due" : "paid");
            await chef.UntilTicketAsync(id, "queued");
            (await StoryAsync(customer, id)).ShouldBe(
                isCash ? ["OrderPlaced", "OrderConfirmed"] : ["OrderPlaced", "PaymentRequested", "PaymentSucceeded", "OrderConfirmed"]
            );
        }

        foreach (var id in cancelled)
        {
            await Eventually.GivesAsync(
                () => customer.GetAsync($"/api/orders/{id}"),
                order => PaymentStatus(order) == "refunded",
                $"the payment of {id} is refunded"
            );
            (await StoryAsync(customer, id)).Where(type => type == "PaymentRefunded").Count().ShouldBe(1);
        }

        (await broker.WaitingAsync(refunds)).ShouldBe((uint)cancelled.Count, "each is refunded once");
        foreach (var id in (IEnumerable<string>)[.. unticketed, .. collected])
        {
            await customer.MustPostAsync($"/api/orders/{id}/cancel", new { reason = "Only looking" });
        }
    }

    private static string? PaymentStatus(JsonElement order) => order.GetProperty("payment").GetProperty("status").GetString();

    private static async Task<IReadOnlyList<string>> PlaceAsync(Guest customer, string payment)
    {
        var card = payment == "cash" ? null : "tok_ok";
        var placed = await Task.WhenAll(Enumerable.Range(0, Some).Select(_ => customer.MustPlaceAsync(Guest.AnOrder(payment, card))));
        return [.. placed.Select(order => order.GetProperty("id").GetString()!)];
    }

    private static async Task<IReadOnlyList<string>> StoryAsync(Guest customer, string id) =>
        [
            .. (await customer.GetAsync($"/api/orders/{id}/timeline"))
                .GetProperty("events")
                .EnumerateArray()
                .Select(e => e.GetProperty("type").GetString()!),
        ];
}
