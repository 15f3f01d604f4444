namespace MariosPizzeria.ProcessHost.Chaos;

/// <summary>Queries the system's RabbitMQ with RabbitMQ's own tool, which also lists queues that no process of the system uses.</summary>
internal static class Broker
{
    /// <summary>Returns the number of messages in each queue, both ready and unacknowledged.</summary>
    /// <exception cref="PizzeriaException">The query failed.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> QueuesAsync(ChaosSystem system, CancellationToken cancellation)
    {
        var server = (await system.StatusAsync()).Servers.First(each => each.Kind == "rabbitmq");
        var variables = ProcFileSystem.Read(server.Pid ?? 0, "environ").Split('\0');
        string? Variable(string name) =>
            variables.FirstOrDefault(each => each.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];

        // The tool finds the node through the node's own port mapper, and signs in with the cookie in the server's folder.
        var environment = new Dictionary<string, string?>
        {
            ["HOME"] = Variable("HOME"),
            ["ERL_EPMD_PORT"] = Variable("ERL_EPMD_PORT"),
            ["RABBITMQ_CONF_ENV_FILE"] = Variable("RABBITMQ_CONF_ENV_FILE"),
            ["LC_ALL"] = "C.UTF-8",
        };
        var program = ServerPrograms.RabbitMqControl ?? throw new PizzeriaException("rabbitmqctl is not installed.");
        string[] arguments =
        [
            "--node",
            Variable("RABBITMQ_NODENAME") ?? "",
            "--quiet",
            "--formatter",
            "json",
            "list_queues",
            "name",
            "messages",
        ];
        var run = await ChildProcess.RunAsync(program, arguments, cancellation, Posix.IsRoot ? "rabbitmq" : null, environment: environment);
        return run.ExitCode == 0
            ? JsonElement
                .Parse(run.Output)
                .EnumerateArray()
                .ToDictionary(queue => queue.Text("name")!, queue => queue.GetProperty("messages").GetInt64())
            : throw new PizzeriaException($"rabbitmqctl list_queues failed: {run.All}");
    }
}
