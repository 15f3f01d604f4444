using System.Globalization;
using MariosPizzeria.ProcessHost.Machine;
using Microsoft.Extensions.Configuration;

namespace MariosPizzeria.AppHost;

/// <summary>The arguments of <c>dotnet run</c> and their defaults.</summary>
internal static class RunArguments
{
    private const int DefaultGatewayPort = 8000;

    /// <summary>
    /// Adds Development as the default environment. Arguments after <c>--</c> replace those of the launch profile, including its
    /// environment; without this default an argument would turn Development into Production. A variable (azd sets
    /// <c>DOTNET_ENVIRONMENT</c>) or <c>--environment</c> takes precedence.
    /// </summary>
    public static string[] WithDefaults(string[] args) =>
        IsSet("DOTNET_ENVIRONMENT") || IsSet("ASPNETCORE_ENVIRONMENT") ? args : ["--environment", "Development", .. args];

    /// <summary>
    /// Sets the dashboard's port to <c>Ports:dashboard</c>, if it is set. Aspire's other endpoints then get free ports, so that two
    /// checkouts can run side by side.
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

    /// <summary>Run mode: sets the gateway's port, <c>Ports:gateway</c> or 8000. A manifest contains none.</summary>
    public static IResourceBuilder<ProjectResource> WithPublicPort(this IResourceBuilder<ProjectResource> gateway)
    {
        var builder = gateway.ApplicationBuilder;
        return builder.ExecutionContext.IsRunMode
            ? gateway.WithEndpoint("http", http => http.Port = builder.Configuration.GetValue("Ports:gateway", DefaultGatewayPort))
            : gateway;
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    private static string Local(int port) => string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}");
}
