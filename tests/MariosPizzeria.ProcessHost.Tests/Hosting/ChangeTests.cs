namespace MariosPizzeria.ProcessHost.Tests.Hosting;

public sealed class ChangeTests(RunningPlayground running) : IClassFixture<RunningPlayground>
{
    private readonly Playground _playground = running.Playground;

    [Fact]
    public async Task A_restart_gives_every_replica_a_new_process()
    {
        await _playground.UpAsync("--scale", "menu=2");
        var before = await _playground.StatusAsync();

        (await _playground.CallAsync("restart", "menu")).ShouldSucceed();

        var after = await _playground.StatusAsync();
        after.Ready.ShouldBeTrue();
        after.Processes.Select(p => p.Url).ShouldBe(before.Processes.Select(p => p.Url));
        after
            .Processes.Where(p => p.Name == "menu")
            .Select(p => p.Pid)
            .ShouldNotBe(before.Processes.Where(p => p.Name == "menu").Select(p => p.Pid));
        after.Processes.Single(p => p.Name == "gateway").Pid.ShouldBe(before.Processes.Single(p => p.Name == "gateway").Pid);
        (await _playground.CallAsync("restart", "bakery")).ShouldFail().Error.ShouldContain("gateway");
    }

    [Theory]
    [InlineData("menu", 1, "--rolling")]
    [InlineData("menu", 2, "--rolling")]
    [InlineData("gateway", 1, "--rolling")]
    [InlineData("menu", 1)]
    [InlineData("menu", 3)]
    [InlineData("gateway", 1)]
    public async Task A_restart_fails_no_request(string type, int replicas, params string[] how)
    {
        await _playground.UpAsync("--scale", $"{type}={replicas}");
        var before = await _playground.StatusAsync();
        var load = new Load(_playground);

        (await _playground.CallAsync(["restart", type, .. how])).ShouldSucceed();

        await load.ShouldHaveSeenNoFaultAsync();
        var after = await _playground.StatusAsync();
        after.Ready.ShouldBeTrue();
        after.Processes.Select(p => (p.Name, p.Replica, p.Url)).ShouldBe(before.Processes.Select(p => (p.Name, p.Replica, p.Url)));
        foreach (var process in after.Processes.Where(p => p.Name == type))
        {
            process.Pid.ShouldNotBe(before.Processes.Single(p => p.Url == process.Url).Pid);
        }
    }

    [Fact]
    public async Task Scaling_a_running_system_up_and_down_tells_every_consumer_and_fails_no_request()
    {
        await _playground.UpAsync("--scale", "menu=1");
        var menu = await _playground.ProcessAsync("menu");
        var load = new Load(_playground);

        await _playground.UpAsync("--scale", "menu=3");
        var scaled = await _playground.StatusAsync();
        var known = await _playground.VariablesOfAsync("gateway");
        await _playground.UpAsync("--scale", "menu=1");

        await load.ShouldHaveSeenNoFaultAsync();
        scaled.Ready.ShouldBeTrue();
        scaled.Processes.Count(p => p.Name == "menu" && p.Ready).ShouldBe(3);
        foreach (var replica in scaled.Processes.Where(p => p.Name == "menu"))
        {
            known[$"services__menu__http__{replica.Replica}"].ShouldBe(replica.Url);
        }

        var after = await _playground.StatusAsync();
        after.Processes.Count(p => p.Name == "menu").ShouldBe(1);
        after.Processes.Single(p => p.Name == "menu").Pid.ShouldBe(menu.Pid, "nothing of it changed");
        (await _playground.CallAsync("up", "--no-build", "--scale", "bakery=2")).ShouldFail().Error.ShouldContain("menu, gateway");
    }

    [Fact]
    public async Task Up_on_a_running_system_restarts_only_what_changed()
    {
        await _playground.UpAsync();
        var before = await _playground.StatusAsync();

        await _playground.UpAsync();
        (await _playground.StatusAsync()).Processes.Select(p => p.Pid).ShouldBe(before.Processes.Select(p => p.Pid));

        _playground.Set("LOG_LEVEL", "Debug", process: "menu");
        await _playground.UpAsync();
        (await _playground.VariablesOfAsync("menu"))["LOG_LEVEL"].ShouldBe("Debug");
        (await _playground.ProcessAsync("gateway")).Pid.ShouldBe(before.Processes.Single(p => p.Name == "gateway").Pid);

        (await _playground.CallAsync("up", "--detach", "--no-build", "--port", $"{_playground.Port + 1}"))
            .ShouldFail()
            .Error.ShouldContain($"running on port {_playground.Port}");
    }

    [Fact]
    public async Task A_parameter_given_to_a_running_system_is_taken_and_kept_but_no_servers_password()
    {
        await _playground.UpAsync("--scale", "menu=1");
        var load = new Load(_playground);

        _playground.ShellVariables["Parameters__jwt_secret"] = "rotated-0123456789-0123456789-0123456789";
        await _playground.UpAsync();
        _playground.ShellVariables.Clear();
        await _playground.UpAsync();

        await load.ShouldHaveSeenNoFaultAsync();
        (await _playground.VariablesOfAsync("menu"))["JWT_SECRET_KEY"].ShouldStartWith("rotated-");
        (await _playground.VariablesOfAsync("gateway"))["JWT_SECRET_KEY"].ShouldStartWith("rotated-");
        var before = await _playground.StatusAsync();
        _playground.ShellVariables["Parameters__redis_password"] = "another";
        var refused = await _playground.CallAsync("up", "--no-build");
        _playground.ShellVariables.Clear();
        refused.ShouldFail().Error.ShouldContain("The configured password of redis is not the one its data was created with.");
        await _playground.UpAsync();
        (await _playground.StatusAsync()).Processes.Select(p => p.Pid).ShouldBe(before.Processes.Select(p => p.Pid));
    }

    [Fact]
    public async Task A_change_that_does_not_start_leaves_what_ran_and_is_not_kept()
    {
        await using var playground = new Playground("redis", "menu", "gateway");
        await playground.UpAsync();
        var menu = await playground.ProcessAsync("menu");
        var secret = (await playground.VariablesOfAsync("menu"))["JWT_SECRET_KEY"];

        playground.Set("STANDIN_DIES", "the oven is cold", process: "menu");
        playground.ShellVariables["Parameters__jwt_secret"] = "worthless";
        var up = await playground.CallAsync("up", "--detach", "--no-build");

        up.ShouldFail().Error.ShouldContain("the oven is cold");
        (await playground.ProcessAsync("menu")).Pid.ShouldBe(menu.Pid);

        // A late readiness check during the start of the new process may have found it not ready.
        await Eventually.HoldsAsync(async () => (await playground.StatusAsync()).Ready, "all that ran is ready");
        (await playground.ProcessAsync("menu")).Pid.ShouldBe(menu.Pid);
        playground.Unset("STANDIN_DIES", process: "menu");
        playground.ShellVariables.Clear();
        await playground.UpAsync();
        (await playground.VariablesOfAsync("menu"))["JWT_SECRET_KEY"].ShouldBe(secret);
        (await playground.VariablesOfAsync("gateway"))["JWT_SECRET_KEY"].ShouldBe(secret);
    }

    /// <summary>Sends requests through the gateway to menu, four at a time, each on its own connection.</summary>
    private sealed class Load
    {
        private volatile bool _stopped;
        private readonly List<string> _faults = [];
        private readonly Task[] _clients;
        private int _done;

        public Load(Playground playground)
        {
            var uri = new Uri($"{playground.Gateway}/through/menu/pid");
            _clients = [.. Enumerable.Range(0, 4).Select(_ => RunAsync(uri))];
        }

        public async Task ShouldHaveSeenNoFaultAsync()
        {
            _stopped = true;
            await Task.WhenAll(_clients);
            _faults.ShouldBeEmpty();
            _done.ShouldBeGreaterThan(100);
        }

        private async Task RunAsync(Uri uri)
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10), DefaultRequestHeaders = { ConnectionClose = true } };
            while (!_stopped)
            {
                try
                {
                    using var response = await http.GetAsync(uri);
                    if (!response.IsSuccessStatusCode)
                    {
                        Note($"{response.StatusCode}");
                    }

                    Interlocked.Increment(ref _done);
                }
                catch (HttpRequestException e)
                {
                    Note(e.Message);
                }

                await Task.Delay(5);
            }
        }

        private void Note(string fault)
        {
            lock (_faults)
            {
                _faults.Add($"{DateTime.UtcNow:HH:mm:ss.fff} {fault}");
            }
        }
    }
}
