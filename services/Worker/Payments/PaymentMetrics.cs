using System.Diagnostics.Metrics;
using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.Worker.Payments;

/// <summary>The result of an attempt to charge a card.</summary>
public enum ChargeResult
{
    /// <summary>The provider took the money.</summary>
    Paid,

    /// <summary>The provider refused the card.</summary>
    Declined,

    /// <summary>The provider returned no clear response.</summary>
    Unanswered,
}

/// <summary>The metrics of payments; see docs/metrics.md.</summary>
public sealed class PaymentMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _attempts = meters
        .CreatePizzeriaMeter()
        .CreateCounter<long>("pizzeria.payments.attempts", "{attempt}", "Attempts to charge a card");

    /// <summary>Counts an attempt whose result is stored.</summary>
    public void Attempted(ChargeResult result) =>
        _attempts.Add(1, new KeyValuePair<string, object?>("pizzeria.payment.result", PizzeriaJson.Text(result)));
}
