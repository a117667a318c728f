/** In Chinese: see `en/run/web.ts`. */
import type { web as english } from '../../en/run/web.js';

export const web: typeof english = {
  dashboard: (url) => `仪表盘：${url}`,
  metrics: (url) => `指标：${url}`,
  withHeader: (url, token) => `${url}（请求头 Authorization: Bearer ${token}）`,
  notOpened: (option, address, why) => `${option}：${address} 无法使用：${why}`,
  inUse: '已有其他程序在监听。请换一个地址，例如 :8191，或用端口 0 自动选择空闲端口',
  notAllowed: '只有 root 可以使用这个端口。请使用 1024 或更大的端口',
  notOfThisMachine: '这不是本机的地址',
  noName: '没有这个名字的机器',
  tokenAlone: '--dashboard-token-file 需要与 --dashboard 或 --metrics 一起使用',
  weakToken: (place) => `${place}：令牌应为 16 到 256 个字母、数字和 - . _ ~ + / =。可以这样生成：openssl rand -hex 24`,
  noTokenInJson:
    '其他机器可以访问这个地址，因此需要令牌；JSON 中不会输出令牌。请写入 --dashboard-token-file 或 SLUICE_DASHBOARD_TOKEN',
  by: (address) => `仪表盘（来自 ${address}）`,
  defect: (why) => `仪表盘无法回答一个请求：${why}。复制继续进行`,

  notFound: '这里没有内容',
  wrongHost: '此服务器只响应本机的名字：127.0.0.1、[::1] 和 localhost',
  foreignOrigin: '其他网站的页面不能访问',
  noToken: '需要令牌：Authorization: Bearer TOKEN。它在 Sluice 启动时输出的链接中',
  noOrigin: '没有 Origin 的请求需要令牌',
  noControlHeader: '需要请求头 X-Sluice-Control: 1',
  noJsonType: '需要请求头 Content-Type: application/json',
  wrongMethod: (allowed) => `只接受 ${allowed.join('、')}`,
  notBegun: '运行尚未开始',
  noControls: '现在没有运行在处理这个任务，因此没有可以更改的内容',
  tooLarge: (bytes) => `请求体过大（最多 ${bytes} 字节），或不完整`,
  tooManyChanges: '最近几秒内对运行的更改过于频繁；请稍后再试',
  tooManyViewers: '已有太多页面在查看这个任务',
  failed: '意外错误；Sluice 已将其输出',
  noFields: '请求体必须为空，或为 {}',
  noJsonObject: '请求体必须是 JSON 对象',
  noLimits: (names) => `请求体必须包含一个限制：${names.join('、')}`,
  unknownLimit: (names) => `请求体中有 ${names.join('、')} 之外的内容`,
  wrongLimit: (name, { min, max, isWhole }) => `${name}：应为 null，或 ${min} 到 ${max} 的${isWhole ? '整数' : '数'}`,
};
