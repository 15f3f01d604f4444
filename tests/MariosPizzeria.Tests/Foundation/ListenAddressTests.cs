using MariosPizzeria.BuildingBlocks.Hosting;
using MariosPizzeria.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace MariosPizzeria.Tests.Foundation;

/// <summary>The contract's precedence: PORT, ASPNETCORE_URLS (passed here as urls), HTTP_PORTS, 8000; the host is SERVER_HOST.</summary>
public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://0.0.0.0:8000")]
    [InlineData("http://0.0.0.0:8001", "--PORT=8001", "--urls=http://localhost:8002", "--HTTP_PORTS=8003")]
    [InlineData("http://localhost:8002;http://[::1]:8004", "--urls=http://localhost:8002;http://[::1]:8004", "--HTTP_PORTS=8003")]
    [InlineData("http://0.0.0.0:8003;http://0.0.0.0:8004", "--HTTP_PORTS=8003;8004")]
    [InlineData("http://127.0.0.1:8001", "--PORT=8001", "--SERVER_HOST=127.0.0.1")]
    [InlineData("http://[::1]:8001", "--PORT=8001", "--SERVER_HOST=::1")]
    [InlineData("http://127.0.0.1:8003", "--HTTP_PORTS=8003", "--SERVER_HOST=127.0.0.1")]
    [InlineData("http://127.0.0.1:8000", "--SERVER_HOST=127.0.0.1")]
    [InlineData("http://0.0.0.0:8002", "--PORT=", "--urls=http://0.0.0.0:8002")]
    public void The_first_setting_that_is_there_decides(string addresses, params string[] settings) =>
        PizzeriaHost.CreateBuilder("probe", settings).WebHost.GetSetting(WebHostDefaults.ServerUrlsKey).ShouldBe(addresses);

    [Theory]
    [InlineData("PORT is not a port from 0 to 65535", "--PORT=65536")]
    [InlineData("PORT is not a port from 0 to 65535", "--PORT=-1")]
    [InlineData("PORT is not a port from 0 to 65535", "--PORT=http")]
    [InlineData("HTTP_PORTS is not a port from 0 to 65535", "--HTTP_PORTS=8000;x")]
    [InlineData("ASPNETCORE_URLS is not a list of http:// addresses", "--urls=nonsense")]
    [InlineData("ASPNETCORE_URLS is not a list of http:// addresses", "--urls=http://localhost:99999")]
    public void One_that_is_malformed_is_named(string fault, params string[] settings) =>
        PizzeriaHost
            .CreateBuilder("probe", ["--environment=Development", .. settings])
            .Build()
            .Services.GetRequiredService<ConfigurationReport>()
            .Faults.ShouldBe([fault]);
}
