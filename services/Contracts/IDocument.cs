namespace MariosPizzeria.Contracts;

/// <summary>What is stored as one whole, with the events that it raised: an order, a ticket, a pizza on the menu.</summary>
public interface IDocument
{
    /// <summary>Opaque, unique within its collection, never changed.</summary>
    string Id { get; }

    /// <summary>
    /// 0 until it is stored first, then one more with every save. The repository sets it; a save that expects another version than
    /// the stored one is refused, so that no change is lost to a concurrent one.
    /// </summary>
    long Version { get; set; }
}
