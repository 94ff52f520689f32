// What the page's menu "Examples" offers, in its order: operations of ../typescript/documents and their labels.
export const MENU = [
  {
    en: 'Results', zh: '考核结果', examples: [
      { name: 'Leaderboard', en: 'Leaderboard', zh: '排行榜' },
      { name: 'LeaderboardWithPay', en: 'Leaderboard with pay', zh: '排行榜（含绩效工资）' },
      { name: 'MyPost', en: 'Which manager I am', zh: '我的岗位' },
      { name: 'MyScorecard', en: 'My scorecard', zh: '我的考核得分' },
      { name: 'ScorecardExplained', en: 'A scorecard explained', zh: '得分说明与明细' },
    ],
  },
  {
    en: 'Runs', zh: '考核运行', examples: [
      { name: 'Runs', en: 'List of runs', zh: '考核运行列表' },
      { name: 'RunDetail', en: 'A run', zh: '一次考核运行' },
      { name: 'RunChecks', en: 'A run’s checks', zh: '考核运行核对' },
      { name: 'StartRun', en: 'Start a run', zh: '发起考核' },
      { name: 'FollowRun', en: 'Follow a run', zh: '跟踪考核进度' },
      { name: 'CancelRun', en: 'Call a run off', zh: '取消考核' },
      { name: 'PublishRun', en: 'Publish a run', zh: '发布考核结果' },
    ],
  },
  {
    en: 'Facts', zh: '业务数据', examples: [
      { name: 'Deliveries', en: 'Deliveries', zh: '数据批次' },
      { name: 'Arrivals', en: 'Files that came in', zh: '到达的文件' },
      { name: 'Readiness', en: 'Readiness of a period', zh: '数据就绪情况' },
      { name: 'ImportDelivery', en: 'Hand a file in', zh: '提交文件' },
    ],
  },
  {
    en: 'Shares and targets', zh: '客户分配与目标', examples: [
      { name: 'SharesAndTargets', en: 'Shares and targets', zh: '分配比例与目标' },
      { name: 'SetShares', en: 'Change shares (dry run)', zh: '调整分配（试运行）' },
      { name: 'SetTargets', en: 'Change targets', zh: '调整目标' },
    ],
  },
  {
    en: 'Session', zh: '会话', examples: [
      { name: 'Session', en: 'Who is asking', zh: '当前用户' },
      { name: 'AuditTrail', en: 'Audit trail', zh: '审计记录' },
    ],
  },
];
