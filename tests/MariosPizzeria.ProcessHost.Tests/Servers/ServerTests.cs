using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Servers;
using MariosPizzeria.ProcessHost.Tests.Hosting;

namespace MariosPizzeria.ProcessHost.Tests.Servers;

public sealed class ServerTests
{
    [Fact]
    public async Task PostgreSQL_keeps_what_was_committed_when_it_is_killed()
    {
        await using var server = await new PostgresServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        await server.CreateDatabaseAsync("menudb", Eventually.Soon);
        await SqlAsync(server, "CREATE TABLE pizza (name text); INSERT INTO pizza VALUES ('margherita')");

        server.Kill();
        await server.WaitForExitAsync(Eventually.Soon);
        await server.StartAsync(Eventually.Soon);

        (await SqlAsync(server, "SELECT name FROM pizza")).ShouldBe("margherita");
    }

    [Fact]
    public async Task PostgreSQL_is_durable_takes_200_connections_and_wants_a_password()
    {
        await using var server = await new PostgresServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        await server.CreateDatabaseAsync("menudb", Eventually.Soon);
        await server.CreateDatabaseAsync("menudb", Eventually.Soon); // A second call succeeds.

        (await SqlAsync(server, "SHOW fsync")).ShouldBe("on");
        (await SqlAsync(server, "SHOW max_connections")).ShouldBe("200");
        (await SqlAsync(server, "SELECT 1", password: "wrong")).ShouldContain("password authentication failed");
        server.ConnectionString("menudb").ShouldBe($"Host=127.0.0.1;Port={server.Port};Username=admin;Password=secret;Database=menudb");
    }

    [Fact]
    public async Task A_database_is_its_own_roles_and_nobody_elses()
    {
        await using var server = await new PostgresServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        await server.CreateDatabaseAsync("menudb", Eventually.Soon);
        await server.CreateDatabaseAsync("orderdb", Eventually.Soon);

        (await AsRole("menudb", "menudb", "CREATE TABLE pizza (id int); DROP TABLE pizza; SELECT current_user")).ShouldEndWith("menudb");
        (await AsRole("menudb", "orderdb", "SELECT 1")).ShouldContain("permission denied for database");
        (await AsRole("menudb", "menudb", "CREATE ROLE other")).ShouldContain("permission denied");
        (await AsRole("menudb", "menudb", "ALTER ROLE orderdb PASSWORD 'mine'")).ShouldContain("permission denied");
        (await AsRole("menudb", "menudb", "CREATE DATABASE other")).ShouldContain("permission denied");
        (await AsRole("menudb", "menudb", "SET ROLE admin")).ShouldContain("permission denied");
        PostgresServer.PasswordOf("secret", "menudb").ShouldNotBe(PostgresServer.PasswordOf("secret", "orderdb"));

        async Task<string> AsRole(string role, string database, string sql) =>
            await SqlAsync(server, sql, PostgresServer.PasswordOf(server.Password, role), role, database);
    }

    [Fact]
    public async Task What_a_release_before_made_as_the_servers_owner_changes_hands_at_the_next_start()
    {
        await using var server = await new PostgresServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        await ChildProcess.RunAsync(
            "createdb",
            ["-h", "127.0.0.1", "-p", $"{server.Port}", "-U", server.User, "menudb"],
            Eventually.Soon,
            environment: new Dictionary<string, string?> { ["PGPASSWORD"] = server.Password }
        );
        await SqlAsync(
            server,
            "CREATE TABLE pizza (seq bigint generated always as identity primary key, name text); INSERT INTO pizza (name) VALUES ('margherita')"
        );

        await server.CreateDatabaseAsync("menudb", Eventually.Soon);
        var role = PostgresServer.PasswordOf(server.Password, "menudb");
        const string Migrate =
            "ALTER TABLE pizza ADD COLUMN price int; INSERT INTO pizza (name) VALUES ('pepperoni'); SELECT count(*) FROM pizza";

        (await SqlAsync(server, Migrate, role, "menudb")).ShouldEndWith("2");

        // Also for a table that an older release creates after a rollback.
        await SqlAsync(server, "CREATE TABLE later (id int)");
        await server.CreateDatabaseAsync("menudb", Eventually.Soon);
        (await SqlAsync(server, "SELECT count(*) FROM later", role, "menudb")).ShouldBe("0");
    }

    [Fact]
    public async Task Redis_keeps_what_was_written_when_it_is_killed_and_two_of_them_share_nothing()
    {
        await using var server = await new RedisServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);
        await using var other = await new RedisServer(new ServerSettings { Password = "other" }).StartedAsync(Eventually.Soon);
        (await RedisAsync(server, "SET order 1")).ShouldBe("+OK");

        server.Kill();
        await server.WaitForExitAsync(Eventually.Soon);
        await server.StartAsync(Eventually.Soon);

        (await RedisAsync(server, "GET order")).ShouldBe("$1\r\n1");
        (await RedisAsync(other, "GET order")).ShouldBe("$-1");
    }

    [Fact]
    public async Task Redis_refuses_writes_rather_than_evict_anything_or_take_all_memory()
    {
        await using var server = await new RedisServer(new ServerSettings { Password = "secret" }).StartedAsync(Eventually.Soon);

        (await RedisAsync(server, "CONFIG GET maxmemory")).ShouldEndWith("268435456");
        (await RedisAsync(server, "CONFIG GET maxmemory-policy")).ShouldEndWith("noeviction");
    }

    [Fact]
    public async Task A_server_that_loads_its_data_is_given_the_time_it_takes()
    {
        var folder = Directory.CreateTempSubdirectory("redis-loading-");
        var settings = new ServerSettings { Folder = folder.FullName, Deadline = TimeSpan.FromSeconds(4) };
        await using (var first = await new RedisServer(settings).StartedAsync(Eventually.Soon))
        {
            await RedisAsync(first, "SET order 1");
        }

        // Redis responds after every 1024 commands of the file and sleeps in between, eight seconds in all.
        var log = folder.EnumerateFiles("*.incr.aof", SearchOption.AllDirectories).Single().FullName;
        var commands = string.Concat(Enumerable.Repeat("*1\r\n$4\r\nPING\r\n", 1100)) + "*3\r\n$5\r\nDEBUG\r\n$5\r\nSLEEP\r\n$3\r\n0.2\r\n";
        await File.AppendAllTextAsync(log, string.Concat(Enumerable.Repeat(commands, 40)));
        var clock = Stopwatch.StartNew();
        await using (var second = await new RedisServer(settings).StartedAsync(Eventually.Soon))
        {
            clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromSeconds(6));
            (await RedisAsync(second, "GET order")).ShouldBe("$1\r\n1");
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_that_is_stopped_gives_no_sign_of_life()
    {
        await using var server = await new RedisServer(new ServerSettings()).StartedAsync(Eventually.Soon);
        (await ConnectionProbe.OfAsync(server.Port, TimeSpan.FromSeconds(2), Eventually.Soon)).ShouldBe(ProbeResult.Answered);
        Posix.Signal(server.Pid!.Value, 19);
        (await ConnectionProbe.OfAsync(server.Port, TimeSpan.FromSeconds(2), Eventually.Soon)).ShouldBe(ProbeResult.Unanswered);
        server.Kill();
        await server.WaitForExitAsync(Eventually.Soon);
        (await ConnectionProbe.OfAsync(server.Port, TimeSpan.FromSeconds(2), Eventually.Soon)).ShouldBe(ProbeResult.Refused);
    }

    [Fact]
    public async Task Whether_a_server_runs_may_be_asked_at_any_moment_of_its_starting_again()
    {
        await using var server = await new RedisServer(new ServerSettings()).StartedAsync(Eventually.Soon);
        using var over = new CancellationTokenSource();
        var asking = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                _ = server.Pid;
            }
        });

        try
        {
            for (var restart = 0; restart < 5; restart++)
            {
                server.Kill();
                await server.WaitForExitAsync(Eventually.Soon);
                await server.StartAsync(Eventually.Soon);
            }
        }
        finally
        {
            await over.CancelAsync();
            await asking;
        }

        server.Pid.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_server_is_seen_to_stop_while_others_give_up_waiting_for_its_end()
    {
        await using var server = new RedisServer(new ServerSettings());
        for (var round = 0; round < 20; round++)
        {
            await server.StartAsync(Eventually.Soon);
            using var over = new CancellationTokenSource();
            var waiting = Enumerable.Range(0, 500).Select(_ => server.WaitForExitAsync(over.Token)).ToList();

            var givingUp = Task.Run(over.Cancel);
            await server.StopAsync().WaitAsync(Eventually.Soon);

            await givingUp;
            await Task.WhenAny(Task.WhenAll(waiting));
            server.Pid.ShouldBeNull();
        }
    }

    [Fact]
    public async Task RabbitMQ_comes_back_with_its_port_after_it_was_killed_and_leaves_no_process()
    {
        var server = await new RabbitMqServer(new ServerSettings { User = "guest", Password = "secret" }).StartedAsync(Eventually.Soon);
        var first = ProcessIdentity.Of(server.Pid!.Value);

        server.Kill();
        await server.WaitForExitAsync(Eventually.Soon);
        await server.StartAsync(Eventually.Soon);
        var second = ProcessIdentity.Of(server.Pid!.Value);
        var processors = Directory.EnumerateDirectories($"/proc/{server.Pid}/task").Select(ProcessorsOf).Distinct().ToList();
        await server.DisposeAsync();

        first!.IsAlive.ShouldBeFalse();
        second.ShouldNotBeNull();
        second.IsAlive.ShouldBeFalse();
        processors.ShouldBe([ProcessorsOf("/proc/self")], "it starts on one processor and must not stay there");
        LoopbackPort.IsFree(server.Port).ShouldBeTrue();
        server.ConnectionString.ShouldBe($"amqp://guest:secret@127.0.0.1:{server.Port}");
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why()
    {
        using var taken = LoopbackPort.Listen(LoopbackPort.Free());
        var port = ((System.Net.IPEndPoint)taken.LocalEndPoint!).Port;

        var fault = await Should.ThrowAsync<PizzeriaException>(() =>
            new RedisServer(new ServerSettings { Port = port }).StartedAsync(Eventually.Soon)
        );

        fault.Message.ShouldContain("Address already in use");
    }

    private static string ProcessorsOf(string task) =>
        File.ReadLines(Path.Combine(task, "status")).Single(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));

    private static async Task<string> SqlAsync(
        PostgresServer server,
        string sql,
        string? password = null,
        string? user = null,
        string database = "menudb"
    )
    {
        var environment = new Dictionary<string, string?> { ["PGPASSWORD"] = password ?? server.Password };
        string[] arguments = ["-h", "127.0.0.1", "-p", $"{server.Port}", "-U", user ?? server.User, "-d", database, "-qAtc", sql];
        return (await ChildProcess.RunAsync("psql", arguments, Eventually.Soon, environment: environment)).All;
    }

    private static async Task<string> RedisAsync(RedisServer server, string command)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port, Eventually.Soon);
        await socket.SendAsync(Encoding.UTF8.GetBytes($"AUTH {server.Password}\r\n{command}\r\nQUIT\r\n"), Eventually.Soon);
        using var reader = new StreamReader(new NetworkStream(socket));
        var answer = await reader.ReadToEndAsync(Eventually.Soon);
        return answer["+OK\r\n".Length..^"\r\n+OK\r\n".Length];
    }
}
