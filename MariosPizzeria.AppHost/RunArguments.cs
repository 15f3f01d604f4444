using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;
using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.AppHost;

/// <summary>What <c>dotnet run</c> is told, and what holds where it is told nothing.</summary>
internal static class RunArguments
{
    private const int UsualGatewayPort = 8000;

    /// <summary>
    /// Arguments after <c>--</c> replace those of the launch profile, with its environment: without this an argument would turn
    /// Development into Production. A variable (azd sets <c>DOTNET_ENVIRONMENT</c>) or <c>--environment</c> decides otherwise.
    /// </summary>
    public static string[] WithDefaults(string[] args) =>
        IsSet("DOTNET_ENVIRONMENT") || IsSet("ASPNETCORE_ENVIRONMENT") ? args : ["--environment", "Development", .. args];

    /// <summary>
    /// The dashboard's address by <c>Ports:dashboard</c>; with it, what Aspire needs besides gets free ports, so that two checkouts run
    /// side by side.
    /// </summary>
    public static void UsePorts(this IDistributedApplicationBuilder builder)
    {
        if (builder.Configuration.GetValue<int?>("Ports:dashboard") is not { } port)
        {
            return;
        }

        builder.Configuration["ASPNETCORE_URLS"] = Local(port);
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = Local(LoopbackPort.Free());
        builder.Configuration["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = Local(LoopbackPort.Free());
    }

    /// <summary>Run mode: the port by which the gateway is reached, <c>Ports:gateway</c> or 8000. A manifest holds none.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicPort(this IResourceBuilder<ProjectResource> gateway)
    {
        var builder = gateway.ApplicationBuilder;
        return builder.ExecutionContext.IsRunMode
            ? gateway.WithEndpoint("http", http => http.Port = builder.Configuration.GetValue("Ports:gateway", UsualGatewayPort))
            : gateway;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
}
