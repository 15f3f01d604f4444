using System.Net;
using System.Security.Claims;
using System.Text.Json;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Contracts;
using MariosPizzeria.Simulation.Network;
using MariosPizzeria.Simulation.Scheduling;

namespace MariosPizzeria.Simulation.World;

/// <summary>A person's API client: it retries until it has a final answer, always with the same idempotency key.</summary>
/// <param name="world">The world.</param>
/// <param name="name">The name in the log.</param>
/// <param name="id">The account id; null for a person without an account.</param>
/// <param name="role">The role of the account.</param>
internal sealed class Caller(World world, string name, string? id, string role)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(6);

    private readonly ClaimsPrincipal _user = id is null
        ? new ClaimsPrincipal(new ClaimsIdentity())
        : new ClaimsPrincipal(
            new ClaimsIdentity(
                [new Claim(AccessTokenIssuer.SubjectClaim, id), new Claim(AccessTokenIssuer.RolesClaim, role)],
                "simulation",
                AccessTokenIssuer.NameClaim,
                AccessTokenIssuer.RolesClaim
            )
        );

    public string Name => name;

    /// <summary>Sends a request and retries until there is a final answer, up to a maximum number of tries.</summary>
    /// <returns>The answer and the number of tries; the answer is null if there was none.</returns>
    public async Task<(HttpAnswer? Answer, int Tries)> AskAsync(
        string service,
        string method,
        string path,
        object? body,
        string? key,
        SeededRandom random,
        int tries
    )
    {
        var call = new HttpCall(
            method,
            path,
            body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, PizzeriaJson.Options),
            _user,
            key
        );
        for (var tried = 1; tried <= tries; tried++)
        {
            using var deadline = new CancellationTokenSource(Deadline, world.Outside.Time);
            try
            {
                var answer = await world.Network.AskAsync(world.Outside, service, call, deadline.Token);
                world.Note(world.Outside, () => $"{name} hears of {method} {path}: {(int)answer.Status} {answer.Problem()}");
                if (answer.Status == HttpStatusCode.InternalServerError)
                {
                    world.Watch.Break("No request ends in 500", $"{method} {path}: {System.Text.Encoding.UTF8.GetString(answer.Body)}");
                }

                if (
                    (int)answer.Status < 500
                    && answer.Problem()
                        is not (ErrorCodes.IdempotencyInProgress or ErrorCodes.VersionConflict or ErrorCodes.KitchenAtCapacity)
                )
                {
                    return (answer, tried);
                }
            }
            catch (HttpRequestException)
            {
                // The connection failed; retry.
            }
            catch (OperationCanceledException)
            {
                // No answer in time; retry.
            }

            await WaitAsync(0.5 + (2.5 * random.NextDouble()));
        }

        return (null, tries);
    }

    /// <summary>Waits for a number of seconds.</summary>
    public Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), world.Outside.Time);
}
