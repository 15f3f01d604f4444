namespace MariosPizzeria.BuildingBlocks.Shop;

/// <summary>How guests reach the shop.</summary>
/// <param name="Phone">The phone number; null if none is configured.</param>
public sealed record ShopContact(string? Phone);
