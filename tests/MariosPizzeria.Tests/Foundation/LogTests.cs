using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The log as mission XI requires it.</summary>
public sealed partial class LogTests
{
    [Fact]
    public void A_line_is_one_object_with_every_field_that_the_platform_looks_for()
    {
        using var output = new MemoryStream();
        using var provider = new JsonLineProvider(new ServiceIdentity("probe", "1"), output);
        using var activity = new Activity("a request").Start();
        Correlation.Begin("correlation-7");

        LogTooHot(provider.CreateLogger("Ovens"), new InvalidOperationException("too\nhot"), "\"2\"", 480);

        var text = Encoding.UTF8.GetString(output.ToArray());
        text.Count(c => c == '\n').ShouldBe(1);
        text.ShouldEndWith("\n");
        var line = JsonSerializer.Deserialize<JsonElement>(text);
        line.GetProperty("timestamp").GetDateTimeOffset().Offset.ShouldBe(TimeSpan.Zero);
        Text(line, "level").ShouldBe("Warning");
        Text(line, "logger").ShouldBe("Ovens");
        Text(line, "message").ShouldBe("Oven \"2\" is at 480\n°C");
        Text(line, "exception").ShouldContain("InvalidOperationException: too\nhot");
        Text(line, "service").ShouldBe("probe");
        Text(line, "correlation_id").ShouldBe("correlation-7");
        Text(line, "trace_id").ShouldBe(activity.TraceId.ToHexString());
        Text(line, "oven").ShouldBe("\"2\"");
        line.GetProperty("degrees").GetInt32().ShouldBe(480);
    }

    [Fact]
    public void Lines_of_many_threads_do_not_mix()
    {
        using var output = new MemoryStream();
        using var provider = new JsonLineProvider(new ServiceIdentity("probe", "1"), output);
        var logger = provider.CreateLogger("Ovens");

        Parallel.For(0, 500, n => LogPizza(logger, n, new string('x', 2000)));

        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("number").GetInt32())
            .Order()
            .ShouldBe(Enumerable.Range(0, 500));
    }

    [Fact]
    public async Task Lines_that_come_while_one_is_written_share_the_next_write_and_are_out_when_the_log_is_disposed()
    {
        using var output = new HeldStream();
        using var provider = new JsonLineProvider(new ServiceIdentity("probe", "1"), output);
        var logger = provider.CreateLogger("Ovens");
        var first = Task.Run(() => LogPizza(logger, 1, "x"));
        output.IsHeld.Wait(TimeSpan.FromSeconds(20)).ShouldBeTrue();

        LogPizza(logger, 2, "x");
        LogPizza(logger, 3, "x");
        output.Writes.ShouldBe(1);
        output.Release.Set();
        provider.Dispose();

        output.Writes.ShouldBe(2);
        Encoding.UTF8.GetString(output.ToArray()).Count(c => c == '\n').ShouldBe(3);
        await first;
    }

    [Fact]
    public async Task A_request_is_two_lines_started_and_completed()
    {
        await using var probe = await Probe.StartAsync(app => app.MapGet("/ovens/{id}", (string id) => id));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/ovens/2?size=large");
        request.Headers.Add("User-Agent", "test/1");
        request.Headers.Add(Correlation.Header, "correlation-7");

        using var answer = await probe.Client.SendAsync(request);

        answer.Headers.GetValues(Correlation.Header).ShouldBe(["correlation-7"]);
        await Gateway.Expectations.EventuallyAsync(
            () => Task.FromResult(probe.Log.Any(line => Text(line, "message").StartsWith("Request completed", StringComparison.Ordinal))),
            "the completed line"
        );
        var lines = probe.Log.Where(line => Text(line, "message").StartsWith("Request ", StringComparison.Ordinal)).ToList();
        lines.Count.ShouldBe(2);
        Text(lines[0], "method").ShouldBe("GET");
        Text(lines[0], "path").ShouldBe("/ovens/2");
        Text(lines[0], "query_params").ShouldBe("?size=large");
        Text(lines[0], "user_agent").ShouldBe("test/1");
        Text(lines[0], "client_ip").ShouldBe("127.0.0.0");
        lines[1].GetProperty("status_code").GetInt32().ShouldBe(200);
        lines[1].GetProperty("duration_ms").GetDouble().ShouldBeGreaterThan(0);
        lines.ShouldAllBe(line => Text(line, "correlation_id") == "correlation-7");
        lines.Select(line => Text(line, "trace_id")).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj", "?***")]
    [InlineData("page=2&token=abc.def.ghi&pageSize=20", "?page=2&***&pageSize=20")]
    [InlineData("q=Ada+Lovelace&status=pending,confirmed&from=2026-11-29", "?***&status=pending,confirmed&from=2026-11-29")]
    [InlineData("SplxlOBeZQQYbYS6WxSbIA", "?***")]
    [InlineData("Code=abc&CODE=abc&c%6Fde=abc&access_token=abc&password=abc", "?***")]
    [InlineData("return=%2Ftrack%2Fabc", "?***")]
    [InlineData("page=SplxlOBeZQQYbYS6WxSbIASplxlOBeZQQYbYS6WxSbIA", "?***")]
    [InlineData("page=1=secret&page", "?***")]
    [InlineData("", "")]
    public async Task Of_a_query_only_what_can_be_no_secret_is_logged(string query, string logged)
    {
        await using var probe = await Probe.StartAsync(app => app.MapGet("/", () => "ok"));

        await probe.Client.GetAsync($"/?{query}");

        Text(probe.Log.First(line => line.TryGetProperty("query_params", out _)), "query_params").ShouldBe(logged);
    }

    [Fact]
    public async Task Health_is_asked_every_second_and_leaves_no_line()
    {
        await using var probe = await Probe.StartAsync(_ => { });

        foreach (var path in new[] { "/health", "/health/ready", "/alive" })
        {
            (await probe.Client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        probe.Log.ShouldAllBe(line => !Text(line, "message").StartsWith("Request", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("<script>")]
    [InlineData(
        "x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x123456789x12345678"
    )]
    public async Task A_correlation_id_that_could_do_harm_is_replaced(string sent)
    {
        await using var probe = await Probe.StartAsync(app => app.MapGet("/", () => "ok"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation(Correlation.Header, sent);

        using var answer = await probe.Client.SendAsync(request);

        answer.Headers.GetValues(Correlation.Header).Single().ShouldMatch("^[0-9a-f]{32}$");
    }

    [Fact]
    public async Task An_exception_is_logged_with_its_stack_and_the_caller_is_told_none_of_it()
    {
        await using var probe = await Probe.StartAsync(app =>
            app.MapGet("/", string () => throw new InvalidOperationException("the secret is the sauce"))
        );

        using var answer = await probe.Client.GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var body = await answer.Content.ReadAsStringAsync();
        body.ShouldContain("/problems/internal-error");
        body.ShouldNotContain("sauce");
        body.ShouldNotContain("   at ");
        var line = probe.Log.Single(line => Text(line, "level") == "Error");
        Text(line, "exception").ShouldContain("the secret is the sauce");
        Text(line, "exception").ShouldContain("   at ");
    }

    [LoggerMessage(1, LogLevel.Warning, "Oven {oven} is at {degrees}\n°C")]
    private static partial void LogTooHot(ILogger logger, Exception exception, string oven, int degrees);

    [LoggerMessage(2, LogLevel.Information, "Pizza {number} {padding}")]
    private static partial void LogPizza(ILogger logger, int number, string padding);

    private static string Text(JsonElement line, string field) => line.GetProperty(field).GetString()!;

    /// <summary>A stream whose first write blocks until the test releases it.</summary>
    private sealed class HeldStream : MemoryStream
    {
        public ManualResetEventSlim IsHeld { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (++Writes == 1)
            {
                IsHeld.Set();
                Release.Wait(TimeSpan.FromSeconds(20));
            }

            base.Write(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            IsHeld.Dispose();
            Release.Dispose();
            base.Dispose(disposing);
        }
    }
}
