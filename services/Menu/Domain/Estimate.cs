namespace MariosPizzeria.MenuService.Domain;

/// <summary>What a guest is told about the wait.</summary>
public static class Estimate
{
    /// <summary>How long one ticket cooks while the kitchen has not said otherwise, in minutes.</summary>
    public const double DefaultCookMinutes = 10;

    private const int LongestMinutes = 24 * 60;

    /// <summary>
    /// Minutes from now until an order placed now would be ready: tickets cook in rounds of the kitchen's capacity, so it waits for
    /// the rounds that are full already and then cooks itself.
    /// </summary>
    /// <param name="load">The kitchen's load, or null while nothing is known of it.</param>
    /// <returns>Whole minutes, rounded up; at least 1, at most a day.</returns>
    public static int ReadyMinutes(KitchenLoad? load)
    {
        if (load is not { Capacity: > 0 })
        {
            return (int)DefaultCookMinutes;
        }

        var roundsAhead = (load.Cooking + load.Queued) / load.Capacity;
        var minutes = Math.Ceiling(load.AverageCookMinutes * (1 + roundsAhead));
        return (int)Math.Clamp(minutes, 1, LongestMinutes);
    }
}
