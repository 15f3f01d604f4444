using System.Net;
using System.Text.Json;
using MariosPizzeria.Contracts;
using MariosPizzeria.Simulation.Stores;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Network;

/// <summary>
/// The payment provider: it charges and refunds once for each idempotency key. Sometimes it does so without answering.
/// </summary>
internal sealed class Provider(World.World world)
{
    /// <summary>The host name of the provider.</summary>
    public const string Name = "provider";

    private readonly Dictionary<string, HttpAnswer> _answers = new(StringComparer.Ordinal);

    /// <summary>The charges and refunds of each order, by order id: their number and total amount.</summary>
    public Dictionary<string, Account> Accounts { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether it answers every request with 503.</summary>
    public bool IsDown { get; set; }

    /// <summary>Handles a request.</summary>
    public void Take(HttpCall call, Action<HttpAnswer> answer, Action<HttpRequestError> fail)
    {
        var (mishap, key) = world.Plan.Next(Operation.Charge, call.Key!);
        var delay = mishap == Mishap.Late ? FaultPlan.Length(key, 20) : TimeSpan.FromMilliseconds(5);
        if (IsDown || mishap == Mishap.Refuse)
        {
            world.Tell(world.Outside, () => $"the provider answers 503 to {call.Path} {Ids.Short(call.Key!)}");
            answer(new(HttpStatusCode.ServiceUnavailable, []));
            return;
        }

        world.Outside.Time.After(
            delay,
            () =>
            {
                var given = Answer(call);
                if (mishap == Mishap.LoseAnswer)
                {
                    world.Tell(world.Outside, () => $"the provider carries out {call.Path} {Ids.Short(call.Key!)} and does not answer");
                    if (key % 2 == 0)
                    {
                        fail(HttpRequestError.ResponseEnded);
                    }

                    return;
                }

                answer(given);
            }
        );
    }

    private HttpAnswer Answer(HttpCall call)
    {
        if (_answers.TryGetValue(call.Key!, out var earlier))
        {
            return earlier;
        }

        var request = JsonSerializer.Deserialize<JsonElement>(call.Body);
        var orderId = request.GetProperty("orderId").GetString()!;
        var amount = request.GetProperty("amount").GetDecimal();
        if (!Accounts.TryGetValue(orderId, out var account))
        {
            Accounts[orderId] = account = new();
        }

        var answer = call.Path.EndsWith("refunds", StringComparison.Ordinal)
            ? Refund(account, amount)
            : Charge(account, amount, request.GetProperty("cardToken").GetString()!);
        world.Note(world.Outside, () => $"the provider: {call.Path} {Ids.Short(call.Key!)} {amount}: {(int)answer.Status}");
        return _answers[call.Key!] = answer;
    }

    private static HttpAnswer Charge(Account account, decimal amount, string token)
    {
        if (token == "tok_declined")
        {
            return new(HttpStatusCode.PaymentRequired, []);
        }

        account.Charges++;
        account.Charged += amount;
        return Said("paid", "pay_1");
    }

    private static HttpAnswer Refund(Account account, decimal amount)
    {
        // Never refunds more than was charged; a repeated refund is answered as refunded.
        if (account.Charged == 0)
        {
            return Said("nothing_paid", reference: null);
        }

        account.Refunds++;
        account.Refunded += account.Refunded + amount <= account.Charged ? amount : 0;
        return Said("refunded", "ref_1");
    }

    private static HttpAnswer Said(string status, string? reference) =>
        new(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(new { status, reference }, PizzeriaJson.Options));

    /// <summary>The charges and refunds of an order.</summary>
    internal sealed class Account
    {
        public int Charges { get; set; }

        public int Refunds { get; set; }

        public decimal Charged { get; set; }

        public decimal Refunded { get; set; }
    }
}
