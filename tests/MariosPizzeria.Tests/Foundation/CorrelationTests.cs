using System.Collections.Concurrent;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.ServiceDefaults.Hosting;
using MariosPizzeria.ServiceDefaults.Logging;
using MariosPizzeria.Tests.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The id of a request is passed on to every process that takes part in it.</summary>
public sealed class CorrelationTests
{
    [Fact]
    public async Task A_call_to_another_service_carries_the_requests_id_and_a_token_of_ours_and_not_the_callers()
    {
        var seen = new ConcurrentQueue<(string Correlation, string Authorization)>();
        await using var menu = await Replica.StartAsync(context =>
        {
            seen.Enqueue((context.Request.Headers[Correlation.Header].ToString(), context.Request.Headers.Authorization.ToString()));
            return context.Response.WriteAsync("menu");
        });
        var builder = PizzeriaHost.CreateBuilder(
            "probe",
            ["--environment=Development", "--PORT=0", "--SERVER_HOST=127.0.0.1", $"--services:menu:http:0={menu.Address}"]
        );
        builder.Logging.ClearProviders();
        builder.AddServiceClient<Asking>("menu");
        builder.Services.RemoveAll<IWarmUp>();
        await using var app = builder.Build();
        app.MapGet("/", (Asking asking) => asking.AskAsync());
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        client.DefaultRequestHeaders.Add(Correlation.Header, "correlation-7");
        client.DefaultRequestHeaders.Authorization = new("Bearer", "the-callers");

        (await client.GetStringAsync("/")).ShouldBe("menu");

        var call = seen.ShouldHaveSingleItem();
        call.Correlation.ShouldBe("correlation-7");
        call.Authorization.ShouldStartWith("Bearer ");
        call.Authorization.ShouldNotContain("the-callers");
    }

    [Fact]
    public async Task The_gateway_passes_the_requests_id_on_and_says_it_in_the_answer()
    {
        var seen = new ConcurrentQueue<string>();
        await using var menu = await Replica.StartAsync(context =>
        {
            seen.Enqueue(context.Request.Headers[Correlation.Header].ToString());
            return context.Response.WriteAsync("menu");
        });
        using var gateway = GatewayProcess.Before("menu", menu.Address).Started();
        gateway.Client.DefaultRequestHeaders.Add(Correlation.Header, "correlation-7");

        using var answer = await gateway.Client.GetAsync("/api/menu");

        seen.ShouldHaveSingleItem().ShouldBe("correlation-7");
        answer.Headers.GetValues(Correlation.Header).ShouldBe(["correlation-7"]);
    }

    private sealed class Asking(HttpClient http)
    {
        public Task<string> AskAsync() => http.GetStringAsync(new Uri("api/menu", UriKind.Relative));
    }
}
