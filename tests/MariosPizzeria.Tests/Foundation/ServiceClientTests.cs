using System.Net;
using MariosPizzeria.BuildingBlocks.Clients;
using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.ServiceDefaults.Clients;
using MariosPizzeria.Tests.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>Which replica a call to another service reaches, and which responses count as its answer.</summary>
public sealed class ServiceClientTests
{
    private const int Calls = 30;

    [Fact]
    public async Task A_post_goes_to_the_next_replica_where_one_refuses_the_connection()
    {
        await using var replica = await Replica.NamedAsync("menu");
        await using var app = ProcessThatAsks(Replica.Nobody(), replica.Address, Replica.Nobody());
        var menu = app.Services.GetRequiredService<Asking>();

        for (var i = 0; i < Calls; i++)
        {
            using var answer = await menu.Http.PostAsync("api/menu/quote", new StringContent("{}"));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        replica.Seen.Count.ShouldBe(Calls);
    }

    [Fact]
    public async Task Calls_are_shared_out_among_all_replicas()
    {
        await using var first = await Replica.NamedAsync("first");
        await using var second = await Replica.NamedAsync("second");
        await using var app = ProcessThatAsks(first.Address, second.Address);
        var menu = app.Services.GetRequiredService<Asking>();

        for (var i = 0; i < Calls; i++)
        {
            await menu.Http.GetStringAsync("api/menu");
        }

        first.Seen.Count.ShouldBe(Calls / 2);
        second.Seen.Count.ShouldBe(Calls / 2);
    }

    [Fact]
    public async Task A_503_problem_document_is_an_answer_that_is_not_retried_and_opens_no_breaker()
    {
        await using var replica = await Replica.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(new { type = "/problems/kitchen-paused" }, options: null, "application/problem+json");
        });
        await using var app = ProcessThatAsks(replica.Address);
        var menu = app.Services.GetRequiredService<Asking>();

        for (var i = 0; i < Calls; i++)
        {
            using var answer = await menu.Http.GetAsync("api/menu");
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        }

        replica.Seen.Count.ShouldBe(Calls);
    }

    [Fact]
    public async Task Where_no_replica_can_be_reached_the_service_is_named()
    {
        await using var app = ProcessThatAsks(Replica.Nobody());

        var failure = await Should.ThrowAsync<ServiceUnavailableException>(() =>
            app.Services.GetRequiredService<Asking>().Http.GetAsync("api/menu")
        );

        failure.Message.ShouldBe("menu does not answer.");
    }

    private static WebApplication ProcessThatAsks(params string[] replicas)
    {
        var builder = PizzeriaHost.CreateBuilder(
            "probe",
            ["--environment=Development", "--PORT=0", .. replicas.Select((address, number) => $"--services:menu:http:{number}={address}")]
        );
        builder.Logging.ClearProviders();
        builder.AddServiceClient<Asking>("menu");
        return builder.Build();
    }

    private sealed class Asking(HttpClient http)
    {
        public HttpClient Http => http;
    }
}
