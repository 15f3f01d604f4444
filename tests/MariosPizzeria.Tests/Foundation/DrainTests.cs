using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The steps of a graceful shutdown (mission IX): not ready, still serving, accepting nothing more, finishing, exit 0.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task A_process_that_is_told_to_stop_serves_on_for_the_delay_and_finishes_what_is_in_flight()
    {
        var entered = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        await using var probe = await Probe.StartAsync(
            app =>
            {
                app.MapGet("/quick", () => "quick");
                app.MapGet(
                    "/slow",
                    async () =>
                    {
                        entered.SetResult();
                        await finish.Task;
                        return "slow";
                    }
                );
            },
            "--Drain:Delay=1"
        );
        using var other = new HttpClient { BaseAddress = probe.Client.BaseAddress };
        var slow = probe.Client.GetAsync("/slow");
        await entered.Task;

        probe.Stop();
        await Gateway.Expectations.EventuallyAsync(
            async () => (await other.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable,
            "readiness is false"
        );

        var readiness = await (await other.GetAsync("/health/ready")).Content.ReadFromJsonAsync<JsonElement>();
        readiness.GetProperty("status").GetString().ShouldBe("not_ready");
        readiness.GetProperty("checks").GetRawText().ShouldBe("""{"drain":"not_ready"}""");

        // A load balancer that has not polled yet still sends requests.
        using var late = await other.GetAsync("/quick");
        late.StatusCode.ShouldBe(HttpStatusCode.OK);
        late.Headers.ConnectionClose.ShouldBe(true);
        (await other.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await Gateway.Expectations.EventuallyAsync(() => IsRefusedAsync(probe.Client.BaseAddress!), "nothing more is accepted");
        probe.Running.IsCompleted.ShouldBeFalse("a request is in flight");
        finish.SetResult();

        (await (await slow).Content.ReadAsStringAsync()).ShouldBe("slow");
        (await probe.Running.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(0);
    }

    [Fact]
    public async Task A_second_word_to_stop_changes_nothing()
    {
        await using var probe = await Probe.StartAsync(app => app.MapGet("/", (HttpContext _) => "ok"), "--Drain:Delay=0.2");

        probe.Stop();
        probe.Stop();

        (await probe.Running.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(0);
    }

    private static async Task<bool> IsRefusedAsync(Uri address)
    {
        try
        {
            using var client = new HttpClient();
            using var answer = await client.GetAsync(address);
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
