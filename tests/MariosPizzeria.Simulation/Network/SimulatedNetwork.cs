using System.Net;
using System.Security.Claims;
using MariosPizzeria.BuildingBlocks.Idempotency;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.Simulation.Scheduling;
using MariosPizzeria.Simulation.World;

namespace MariosPizzeria.Simulation.Network;

/// <summary>Carries requests to a replica of a service and carries responses back, or loses them.</summary>
internal sealed class SimulatedNetwork(World.World world)
{
    /// <summary>Sends a request to a service.</summary>
    /// <exception cref="HttpRequestException">No replica accepts the connection, or the replica died during the request.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<HttpAnswer> AskAsync(SimulatedProcess caller, string service, HttpCall call, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource<HttpAnswer>();
        var aborted = new CancellationTokenSource();
        var request = $"{call.Method} {call.Path}";
        CancellationTokenRegistration registration = default;
        var (mishap, key) = world.Plan.Next(Operation.Call, $"{caller.Type} {request}");
        switch (mishap)
        {
            case Mishap.DieBefore when caller != world.Outside:
                world.Kill(caller, $"before {request}");
                return answered.Task;
            case Mishap.Refuse:
                world.Tell(caller, () => $"can't connect for {request}");
                Fail(HttpRequestError.ConnectionError);
                return answered.Task;
        }

        // The server may or may not notice that the caller cancelled the request.
        var isHeard = key % 2 == 0;
        registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                answered.TrySetCanceled(cancellationToken);
                if (isHeard)
                {
                    aborted.Cancel();
                }
            },
            state: null
        );
        var delay = mishap == Mishap.Late ? FaultPlan.Length(key, 8) : TimeSpan.FromMilliseconds(1);
        if (mishap == Mishap.Late)
        {
            world.Tell(caller, () => $"waits {delay.TotalSeconds:0.0} s until {request} arrives");
        }

        world.Outside.Time.After(delay, Arrive);
        return answered.Task;

        void Arrive()
        {
            if (service == Provider.Name)
            {
                world.Provider.Take(call, Answer, Fail);
                return;
            }

            var replicas = world.Alive(service);
            if (replicas.Count == 0)
            {
                Fail(HttpRequestError.ConnectionError);
                return;
            }

            var replica = replicas[world.Random.Below(replicas.Count)];
            var server = replica.Process!;
            server.OnDeath(Cut);
            server.Run(async () =>
            {
                var answer = await replica.Host!.ServeAsync(call, aborted.Token);
                server.ForgetOnDeath(Cut);
                world.Note(server, () => $"answers {request}: {(int)answer.Status} {answer.Problem()}");
                var (mishap, key) = world.Plan.Next(Operation.Answer, request);
                switch (mishap)
                {
                    case Mishap.DieBefore:
                        world.Kill(server, $"before it answers {request}");
                        Cut();
                        break;
                    case Mishap.LoseAnswer:
                        world.Tell(server, () => $"answers {request}, and the answer is lost");
                        break;
                    case Mishap.LateAnswer:
                        world.Tell(server, () => $"answers {request}, and the answer is slow");
                        world.Outside.Time.After(FaultPlan.Length(key, 10), () => Answer(answer));
                        break;
                    default:
                        world.Outside.Time.After(TimeSpan.FromMilliseconds(1), () => Answer(answer));
                        break;
                }
            });
        }

        void Cut() => Fail(HttpRequestError.ResponseEnded);

        void Fail(HttpRequestError error) =>
            world.Outside.Time.After(
                TimeSpan.FromMilliseconds(2),
                () => Finish(() => answered.TrySetException(new HttpRequestException(error)))
            );

        void Answer(HttpAnswer answer) => Finish(() => answered.TrySetResult(answer));

        void Finish(Action finish)
        {
            registration.Dispose();
            if (!caller.IsDead)
            {
                finish();
            }
        }
    }
}

/// <summary>The innermost handler of an HTTP client; it sends requests through the simulated network.</summary>
internal sealed class SimulatedHttpHandler(World.World world, SimulatedProcess process, string service) : HttpMessageHandler
{
    private static readonly ClaimsPrincipal Service = new(
        new ClaimsIdentity(
            [new Claim(AccessTokenIssuer.SubjectClaim, "service"), new Claim(AccessTokenIssuer.RolesClaim, Roles.Service)],
            "simulation",
            AccessTokenIssuer.NameClaim,
            AccessTokenIssuer.RolesClaim
        )
    );

    // No continuation of an HTTP handler needs the caller's context. The awaited tasks complete on the loop, so continuations run there.
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        var key = request.Headers.TryGetValues(IdempotencyFilter.Header, out var values) ? values.Single() : null;
        var call = new HttpCall(request.Method.Method, request.RequestUri!.AbsolutePath, body, Service, key)
        {
            Query = request.RequestUri.Query,
        };
        var answer = await world
            .Network.AskAsync(process, service, world.Planted?.Outgoing(call) ?? call, cancellationToken)
            .ConfigureAwait(false);
        return new(answer.Status)
        {
            RequestMessage = request,
            Content = new ByteArrayContent(answer.Body)
            {
                Headers = { ContentType = new(answer.Status == HttpStatusCode.OK ? "application/json" : "application/problem+json") },
            },
        };
    }
}
