using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Documents;

namespace MariosPizzeria.IntegrationTests.Documents;

/// <summary>A document with one of everything that the product's documents have, written the way they are.</summary>
public sealed class Parcel : IDocument
{
    private Parcel() { }

    public string Id { get; private set; } = "";

    public long Version { get; set; }

    public ParcelState State { get; private set; }

    public Money Value { get; private set; }

    public DateTimeOffset SentAt { get; private set; }

    public DateTimeOffset? ArrivedAt { get; private set; }

    public string? Receiver { get; private set; }

    public List<string> Log { get; private set; } = [];

    public List<OrderedLine> Contents { get; private set; } = [];

    public Dictionary<string, int> Weights { get; private set; } = new(StringComparer.Ordinal);

    public int Scans { get; private set; }

    public static Parcel Sent(string id, DateTimeOffset at, string? receiver = null) =>
        new()
        {
            Id = id,
            State = ParcelState.OnItsWay,
            Value = new Money(1290),
            SentAt = at,
            Receiver = receiver,
            Log = ["packed", "Zürich \"Nord\" 🍕"],
            Contents = [new("1", "margherita", "Margherita", PizzaSize.Medium, [], ["basil"], 2, new(1689), new(3378))],
            Weights = new(StringComparer.Ordinal) { ["box"] = 3 },
        };

    /// <summary>Always allowed; raises one event.</summary>
    public IReadOnlyList<Event> Scan(string by)
    {
        Scans++;
        Log.Add(by);
        return
        [
            new KitchenPaused
            {
                Paused = true,
                Reason = by,
                KitchenVersion = Scans,
            },
        ];
    }

    /// <summary>Allowed once; raises one event.</summary>
    public Outcome<IReadOnlyList<Event>> Arrive(DateTimeOffset at)
    {
        if (State == ParcelState.HasArrived)
        {
            return Fault.IllegalTransition("It has arrived already.");
        }

        (State, ArrivedAt) = (ParcelState.HasArrived, at);
        return new Event[]
        {
            new OrderReady
            {
                OrderId = Id,
                Chef = "chef",
                CookingStartedAt = at,
            },
        };
    }
}

public enum ParcelState
{
    Packed,
    OnItsWay,
    HasArrived,
}

public static class Parcels
{
    public static readonly Index<Parcel> ByReceiver = new("receiver", parcel => parcel.Receiver);
    public static readonly Index<Parcel> ByState = new("state", parcel => IndexKey.Of(parcel.State));
    public static readonly Index<Parcel> BySentAt = new("sent_at", parcel => IndexKey.Of(parcel.SentAt));
    public static readonly Index<Parcel> ByArrivedAt = new("arrived_at", parcel => IndexKey.Of(parcel.ArrivedAt));

    public static readonly DocumentType<Parcel> Type = new("parcels", ByReceiver, ByState, BySentAt, ByArrivedAt)
    {
        Compounds =
        [
            [ByReceiver, BySentAt],
        ],
    };
}
