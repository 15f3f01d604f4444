using System.Net;
using MariosPizzeria.BuildingBlocks.Security;
using MariosPizzeria.ServiceDefaults.Telemetry;
using MariosPizzeria.Tests.InProcess;
using MariosPizzeria.Tests.Menu;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>What a process reports about itself to other processes of the pizzeria.</summary>
public sealed class ProcessStatusTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(20, 19)]
    [InlineData(100, 95)]
    [InlineData(5000, 4949)] // the 973rd of the last 1,024, which are 3977 to 5000
    public void Ninety_five_of_a_hundred_requests_were_not_slower_than_the_figure(int requests, double milliseconds)
    {
        var durations = new RequestDurations();
        for (var took = 1; took <= requests; took++)
        {
            durations.Add(TimeSpan.FromMilliseconds(took));
        }

        durations.Percentile95().ShouldBe((Math.Min(requests, RequestDurations.Kept), milliseconds));
    }

    [Fact]
    public void Without_requests_there_is_no_figure() => new RequestDurations().Percentile95().ShouldBe((0, null));

    [Fact]
    public async Task A_process_tells_its_own_kind_of_its_requests_but_those_of_machines()
    {
        await using var menu = new MenuFactory();
        using var guest = menu.Anonymous();
        using var service = menu.As(Roles.Service);
        for (var asked = 0; asked < 3; asked++)
        {
            (await guest.GetAsync("/api/menu")).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await guest.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await service.ReadAsync("/internal/process").JsonAsync();
        var told = await service.ReadAsync("/internal/process").JsonAsync();

        told.GetProperty("requests").GetInt32().ShouldBe(3);
        told.GetProperty("percentile95").GetDouble().ShouldBeGreaterThan(0);
        told.GetProperty("version").GetString().ShouldNotBeNullOrEmpty();
        told.GetProperty("startedAt").GetDateTimeOffset().ShouldBeLessThan(DateTimeOffset.UtcNow);
        told.TryGetProperty("restarts", out var restarts).ShouldBeTrue();
        restarts.ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null, "its platform does not say");
        await menu.As(Roles.Manager).ReadAsync("/internal/process").ProblemAsync(403, "forbidden");
        await guest.ReadAsync("/internal/process").ProblemAsync(401, "unauthenticated");
        await service.ReadAsync("/internal/process/log").ProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task The_last_lines_are_those_of_the_file_in_which_the_platform_collects_them()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Range(0, 5000).Select(n => $"line {n} {new string('x', 40)}"));
            await using var menu = new MenuFactory();
            await using var told = menu.WithWebHostBuilder(builder => builder.UseSetting("Platform:LogFile", file));

            var lines = await told.Services.GetRequiredService<ProcessStatus>().ReadLogAsync(CancellationToken.None);

            lines.Items.Count.ShouldBe(50);
            lines.Items[0].ShouldStartWith("line 4950 ");
            lines.Items[^1].ShouldStartWith("line 4999 ");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_platform_that_keeps_no_file_shows_none()
    {
        var status = new ProcessStatus(new("menu", "1"), new(), new(Restarts: null, LogFile: "/nowhere/to/be.log"));

        (await status.ReadLogAsync(CancellationToken.None)).Items.ShouldBeEmpty();
        status.Read().HasLog.ShouldBeFalse();
    }
}
