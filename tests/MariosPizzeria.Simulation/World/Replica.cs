using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>A replica of a process type; it starts a new process when the one before has died.</summary>
internal sealed class Replica(World world, ServiceTemplate template, int number)
{
    private readonly TimeSpan _clockError = world.ClockErrorOf($"{template.Name}-{number}");
    private int _lives;

    public string Name { get; } = $"{template.Name}-{number}";

    public string Type => template.Name;

    /// <summary>The process, dead or alive; null before the first start.</summary>
    public SimulatedProcess? Process { get; private set; }

    /// <summary>The services of the process.</summary>
    public Host? Host { get; private set; }

    /// <summary>Whether starts are suspended.</summary>
    public bool IsHeldDown { get; set; }

    public bool IsAlive => Process is { IsDead: false };

    /// <summary>Starts a process, unless one is alive or starts are suspended.</summary>
    public void Start()
    {
        if (IsAlive || IsHeldDown)
        {
            return;
        }

        Process = new(world.Loop, Name, Type, ++_lives, _clockError);
        Host = new(world, Process, template);
        world.Born(this);
        Host.Start();
        world.Broker.Joined();
    }
}
