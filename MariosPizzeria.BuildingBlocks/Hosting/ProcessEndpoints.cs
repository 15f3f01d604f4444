using MariosPizzeria.ServiceDefaults.Telemetry;

namespace MariosPizzeria.BuildingBlocks.Hosting;

/// <summary>
/// Endpoints with which the System page reads a process's status, and a manager its last log lines. They are not reachable from outside:
/// the gateway, the public entry point, does not map them and reads its own status directly.
/// </summary>
internal static class ProcessEndpoints
{
    private const string PublicDoor = "gateway";

    public static void MapProcess(this WebApplication app)
    {
        if (app.Services.GetRequiredService<ServiceIdentity>().Name == PublicDoor)
        {
            return;
        }

        app.MapGet(ProcessStatus.Path, (ProcessStatus process) => Results.Ok(process.Read())).AllowServices().ExcludeFromDescription();
        app.MapGet(
                $"{ProcessStatus.Path}/log",
                async (ProcessStatus process, CancellationToken cancellationToken) =>
                    Results.Ok(await process.ReadLogAsync(cancellationToken))
            )
            .AllowRoles(Roles.Manager)
            .ExcludeFromDescription();
    }
}
