using MariosPizzeria.ProcessHost.Hosting;
using MariosPizzeria.ProcessHost.Machine;
using MariosPizzeria.ProcessHost.Manifest;

namespace MariosPizzeria.ProcessHost.Tests.Hosting;

public sealed class StateTests : IDisposable
{
    private readonly StateFolder _state = new(Directory.CreateTempSubdirectory("state-").FullName);

    public void Dispose() => Directory.Delete(_state.Path, recursive: true);

    [Fact]
    public void A_generated_secret_is_kept_readable_by_its_owner_alone()
    {
        var parameter = Parameter(secret: true, new GeneratedValue(30, Lower: true, Upper: true, Numeric: true, Special: false));

        var first = new Secrets(_state.Secrets).Value(parameter, "value");
        var second = new Secrets(_state.Secrets).Value(parameter, "value");

        first.Length.ShouldBe(30);
        first.ShouldAllBe(c => char.IsAsciiLetterOrDigit(c));
        second.ShouldBe(first);
        File.GetUnixFileMode(_state.Secrets).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_generated_value_is_one_for_all_who_ask_at_once()
    {
        var secrets = new Secrets(_state.Secrets);
        var parameter = Parameter(secret: true, new GeneratedValue(30, Lower: true, Upper: true, Numeric: true, Special: false));

        var values = Enumerable
            .Range(0, 200)
            .AsParallel()
            .WithDegreeOfParallelism(8)
            .Select(_ => secrets.Value(parameter, "value"))
            .ToList();

        values.Distinct().ShouldHaveSingleItem();
        new Secrets(_state.Secrets).Value(parameter, "value").ShouldBe(values[0]);
    }

    [Fact]
    public void A_parameter_nobody_can_make_up_is_named_with_the_variable_that_gives_it() =>
        Should
            .Throw<PizzeriaException>(() => new Secrets(_state.Secrets).Value(Parameter(secret: false, generate: null), "value"))
            .Message.ShouldContain("Parameters__oven_key");

    [Fact]
    public void A_default_is_taken_as_it_is_even_when_it_is_empty()
    {
        var parameter = new ParameterResource("smtp-host", "{smtp-host.inputs.value}", Inputs(new ParameterInput(false, new(""))));

        new Secrets(_state.Secrets).Value(parameter, "value").ShouldBe("");
    }

    [Fact]
    public void A_port_stays_its_owners_unless_a_stranger_took_it()
    {
        var first = PortOf("order/0");

        PortOf("order/0").ShouldBe(first);
        PortOf("order/1").ShouldNotBe(first);
        using var stranger = LoopbackPort.Listen(first);
        PortOf("order/0").ShouldNotBe(first);

        int PortOf(string owner)
        {
            using var book = new PortAllocations(_state.Ports);
            return book.Of(owner);
        }
    }

    [Fact]
    public void A_port_is_claimed_from_its_first_use_to_its_owners_end_though_nobody_listens()
    {
        using var book = new PortAllocations(_state.Ports);

        var port = book.Of("menu/spare");

        LoopbackPort.IsFree(port).ShouldBeTrue();
        LoopbackPort.Reserve(port).ShouldBeNull();
        book.Of("menu/spare").ShouldBe(port);
        book.Dispose();
        using var next = LoopbackPort.Reserve(port);
        next.ShouldNotBeNull();
    }

    [Fact]
    public void Ports_lie_below_those_of_outgoing_connections() => LoopbackPort.Free().ShouldBeInRange(20000, 31999);

    [Fact]
    public void What_dies_again_and_again_is_started_ever_more_slowly_until_it_has_been_well_for_a_while()
    {
        var backoff = new RestartBackoff();

        double[] waits = [.. Enumerable.Range(0, 9).Select(_ => backoff.Next(TimeSpan.FromSeconds(1)).TotalSeconds)];

        waits.ShouldBe([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10]);
        backoff.Next(TimeSpan.FromSeconds(31)).TotalSeconds.ShouldBe(0.1);
    }

    private static ParameterResource Parameter(bool secret, GeneratedValue? generate) =>
        new("oven-key", "{oven-key.inputs.value}", Inputs(new ParameterInput(secret, new(Generate: generate))));

    private static Dictionary<string, ParameterInput> Inputs(ParameterInput input) => new() { ["value"] = input };
}
