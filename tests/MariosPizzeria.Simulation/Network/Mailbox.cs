using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.World;
using MariosPizzeria.Worker.Mail;

namespace MariosPizzeria.Simulation.Network;

/// <summary>The mail client of a process.</summary>
internal sealed class SimulatedMailer(World.World world, SimulatedProcess process) : IMailer
{
    public Task<bool> SendAsync(MailContent letter, CancellationToken cancellationToken) =>
        world.StepAsync(
            process,
            Operation.Mail,
            $"{letter.Subject}/{letter.To}",
            () =>
            {
                world.Note(process, () => $"mails {Stores.Ids.Short(letter.Id)}");
                world.Watch.Mailed(letter);
                return true;
            },
            static () => new ServiceUnavailableException("smtp", new IOException("simulated"))
        );
}
