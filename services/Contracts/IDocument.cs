namespace MariosPizzeria.Contracts;

/// <summary>
/// An object that is stored as a whole, together with the events that it raised: an order, a ticket, a pizza on the menu.
/// </summary>
public interface IDocument
{
    /// <summary>Opaque, unique within its collection, never changed.</summary>
    string Id { get; }

    /// <summary>
    /// 0 until it is first stored, then increased by one with every save. The repository sets it. A save that expects another version than
    /// the stored one is refused, so that no change overwrites a concurrent one.
    /// </summary>
    long Version { get; set; }
}
