using System.Reflection;
using MariosPizzeria.BuildingBlocks.Documents;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.KitchenService;
using MariosPizzeria.MenuService;
using MariosPizzeria.OrderService;
using MariosPizzeria.Scheduler;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.Worker;

namespace MariosPizzeria.Simulation.Checks;

/// <summary>Simulated code uses only the clock, the random numbers and the scheduling that the simulation controls.</summary>
public sealed class DeterminismTests
{
    /// <summary>Namespaces and types that do not run in the simulation, or that it replaces.</summary>
    private static readonly string[] NotSimulated =
    [
        // Code that is not simulated: one-off commands, and the middleware between a request and its endpoint.
        ".Admin.",
        ".ApiDocs.",
        ".Security.",
        ".Logging.",
        ".Telemetry.",
        ".Health.",
        ".Parity.",
        ".Accounts.",
        ".Sandbox.",
        // Code for viewers, which only reads.
        ".Streaming.",
        ".Stream",
        ".Reports.",
        ".LoadPublication",
        // The clients of the real servers, which the simulated ones replace; contract suites check that both behave the same.
        ".Mongo.",
        ".Postgres.",
        ".Redis",
        ".Messaging.Broker",
        ".Messaging.Bus",
        ".Messaging.Consum",
        ".Messaging.DeadLetterQueues",
        ".Messaging.EventPublisher",
        ".Messaging.MessagingRegistration",
        ".Messaging.QueueNames",
        ".Messaging.QueueBacklog",
        ".Messaging.SequentialDeclarations",
        ".Clients.Replica",
        ".Clients.RoundRobin",
        ".Clients.ClientWarmUp",
        ".DocumentWarmUp",
        ".EndpointWarmUp",
        ".Mail.Mailer",
        ".Mail.MailRegistration",
        // Start and stop of a process.
        ".ServiceDefaults.Hosting.Drain",
        ".ServiceDefaults.Hosting.WarmUp",
        ".ServiceDefaults.Hosting.ConnectionDrain",
        ".BuildingBlocks.Hosting.PizzeriaHost",
        "Program",
    ];

    /// <summary>The allowed calls, each with the reason.</summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["MariosPizzeria.Contracts.V1.Event: System.Guid.CreateVersion7()"] =
            "the simulated store gives each event another id before anybody sees it",
        ["MariosPizzeria.ServiceDefaults.Hosting.RandomSource"] = "the source itself, which the simulation replaces",
        ["MariosPizzeria.BuildingBlocks.Documents.IRepository`1"] = "the stores' usual back-off, which the simulated repository replaces",
        ["MariosPizzeria.ServiceDefaults.Hosting.RetryLoop: System.Threading.CancellationTokenSource.CancelAsync()"] =
            "of loops that connect to Redis, which is not simulated",
        ["MariosPizzeria.ServiceDefaults.Hosting.RetryLoop: System.TimeProvider.get_System()"] =
            "of loops that connect to Redis, which is not simulated",
        [
            "MariosPizzeria.BuildingBlocks.Messaging.Redelivery: "
                + "System.Threading.Tasks.Task.WaitAsync(System.TimeSpan, System.Threading.CancellationToken)"
        ] = "of a publication to the real broker; the simulated one takes only the delays",
    };

    private static readonly Assembly[] Simulated =
    [
        typeof(Event).Assembly,
        typeof(RetryLoop).Assembly,
        typeof(IRepository<>).Assembly,
        typeof(OrderRegistration).Assembly,
        typeof(MenuRegistration).Assembly,
        typeof(KitchenRegistration).Assembly,
        typeof(Work).Assembly,
        typeof(Job).Assembly,
    ];

    [Fact]
    public void Simulated_code_has_no_time_chance_or_thread_of_its_own()
    {
        var wrong = Simulated
            .SelectMany(CodeScan.CallsOf)
            .Where(call => !NotSimulated.Any(part => call.Type.Contains(part, StringComparison.Ordinal)))
            .Where(IsForbidden)
            .Where(call => !Allowed.ContainsKey(call.Type) && !Allowed.ContainsKey($"{call.Type}: {call.Callee}"))
            .Select(call => $"{call.Type}: {call.Callee}")
            .Distinct(StringComparer.Ordinal)
            .ToList();

        wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("System.Guid.NewGuid()")]
    [InlineData("System.Threading.Tasks.Task.Delay(System.TimeSpan, System.Threading.CancellationToken)")]
    [InlineData("System.TimeProvider.get_System()")]
    public void What_is_forbidden_is_found_where_it_is_used(string callee) =>
        Simulated.SelectMany(CodeScan.CallsOf).ShouldContain(call => call.Callee == callee && IsForbidden(call));

    private static bool IsForbidden(Call call)
    {
        var (_, callee, constant) = call;
        return callee.StartsWith("System.Diagnostics.Stopwatch.", StringComparison.Ordinal)
            || callee.StartsWith("System.Threading.Tasks.Task.Run(", StringComparison.Ordinal)
            || callee.StartsWith("System.Threading.ThreadPool.", StringComparison.Ordinal)
            || callee.StartsWith("System.Threading.Thread..ctor", StringComparison.Ordinal)
            || callee.StartsWith("System.Threading.Thread.Sleep", StringComparison.Ordinal)
            || callee.StartsWith("System.Threading.Timer.", StringComparison.Ordinal)
            || callee.StartsWith("System.Random.", StringComparison.Ordinal)
            || callee.StartsWith("System.Security.Cryptography.RandomNumberGenerator.", StringComparison.Ordinal)
            || callee.StartsWith("System.Guid.NewGuid", StringComparison.Ordinal)
            || callee.StartsWith("System.Guid.CreateVersion7", StringComparison.Ordinal)
            || callee
                is "System.DateTime.get_Now()"
                    or "System.DateTime.get_UtcNow()"
                    or "System.DateTimeOffset.get_Now()"
                    or "System.DateTimeOffset.get_UtcNow()"
                    or "System.TimeProvider.get_System()"
                    or "System.Environment.get_TickCount()"
                    or "System.Environment.get_TickCount64()"
            || IsTimedWithoutClock(callee)
            || IsWithoutContext(callee, constant)
            || IsOrderedByHash(callee);
    }

    private static bool IsTimedWithoutClock(string callee) =>
        callee.StartsWith("System.Threading.CancellationTokenSource.CancelA", StringComparison.Ordinal)
        || callee
            is "System.Threading.CancellationTokenSource..ctor(System.TimeSpan)"
                or "System.Threading.CancellationTokenSource..ctor(Int32)"
        || (
            (
                callee.StartsWith("System.Threading.Tasks.Task.Delay(", StringComparison.Ordinal)
                || callee.StartsWith("System.Threading.Tasks.Task.WaitAsync(System.TimeSpan", StringComparison.Ordinal)
                || callee.StartsWith("System.Threading.PeriodicTimer..ctor(", StringComparison.Ordinal)
            ) && !callee.Contains("TimeProvider", StringComparison.Ordinal)
        )
        // With a timeout or a token, the continuation runs on the thread pool.
        || (
            callee.StartsWith("System.Threading.SemaphoreSlim.WaitAsync(", StringComparison.Ordinal)
            && !callee.EndsWith("()", StringComparison.Ordinal)
        );

    // ConfigureAwait(false), or options without ContinueOnCapturedContext, whose value is 1.
    private static bool IsWithoutContext(string callee, int? constant) =>
        callee.Contains(".ConfigureAwait(", StringComparison.Ordinal) && (constant is not { } value || (value & 1) == 0);

    private static bool IsOrderedByHash(string callee) =>
        callee.StartsWith("System.Collections.Concurrent.ConcurrentDictionary`2.", StringComparison.Ordinal)
        && (
            callee.Contains(".GetEnumerator(", StringComparison.Ordinal)
            || callee.Contains(".get_Values(", StringComparison.Ordinal)
            || callee.Contains(".get_Keys(", StringComparison.Ordinal)
            || callee.Contains(".ToArray(", StringComparison.Ordinal)
        );
}
