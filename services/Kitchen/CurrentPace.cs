namespace MariosPizzeria.KitchenService;

/// <summary>The cooking time of a pizza that this process read last; it determines when new tickets are due.</summary>
public sealed class CurrentPace
{
    private double _pizzaMinutes = Workload.DefaultPizzaMinutes;

    /// <summary>Mean cooking time of a pizza, in minutes; the default until the process has read it.</summary>
    public double PizzaMinutes
    {
        get => Volatile.Read(ref _pizzaMinutes);
        set => Volatile.Write(ref _pizzaMinutes, value);
    }
}
